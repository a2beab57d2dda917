import { Moment } from '../../../ui/parts.js';

/** @param day `yyyy-mm-dd`; the same day wherever the reader is */
export function Day({ day }: { day: string }) {
  return <Moment at={new Date(`${day}T00:00:00Z`)} dateOnly />;
}
