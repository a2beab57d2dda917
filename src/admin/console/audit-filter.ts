import type { AuditFilter } from '../../audit/audit-log.service.js';
import { isCalendarDate } from '../../common/calendar-date.js';
import { PageQuery } from '../../common/pagination.js';
import { OptionalText } from '../../common/validation.js';

const DAY_MS = 86_400_000;

/** The filter as it is typed. Days, since that is what people look for; both ends belong to it. */
export class AuditFilterForm extends PageQuery {
  @OptionalText() actor?: string;
  @OptionalText() target?: string;
  @OptionalText() action?: string;
  @OptionalText() from?: string;
  @OptionalText() to?: string;
}

export type TypedFilter = Pick<AuditFilterForm, 'actor' | 'target' | 'action' | 'from' | 'to'>;

export const FILTER_FIELDS = ['actor', 'target', 'action', 'from', 'to'] as const satisfies (keyof TypedFilter)[];

/** @returns the filter, and the fields that are no day */
export function readFilter({ actor, target, action, from, to }: TypedFilter): { filter: AuditFilter; wrong: string[] } {
  const wrong = Object.entries({ from, to }).flatMap(([field, day]) => (isDay(day) ? [] : [field]));
  const filter = {
    ...{ actor: actor?.trim(), target: target?.trim(), action: action?.trim() },
    from: wrong.includes('from') ? undefined : startOf(from),
    to: wrong.includes('to') ? undefined : startOf(to, DAY_MS),
  };
  return { filter, wrong };
}

/** Address of a page of the list with this filter. */
export function auditHref(typed: TypedFilter, page?: number): string {
  const given = FILTER_FIELDS.flatMap((field) =>
    typed[field] === undefined ? [] : [[field, typed[field]] as [string, string]],
  );
  const query = new URLSearchParams([...given, ...(page === undefined ? [] : [['page', String(page)]])]).toString();
  return query === '' ? '/admin/audit' : `/admin/audit?${query}`;
}

const isDay = (day: string | undefined): boolean => day === undefined || isCalendarDate(day.trim());

function startOf(day: string | undefined, later = 0): Date | undefined {
  return day === undefined ? undefined : new Date(Date.parse(`${day.trim()}T00:00:00Z`) + later);
}
