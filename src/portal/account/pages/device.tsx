import { deviceOf } from '../../../ui/device-name.js';
import { useTexts } from '../../../ui/frame.js';
import type { Texts } from '../../../ui/texts/english/english.js';

/** A device in words, by the User-Agent of its program. */
export function deviceName(userAgent: string, { device: texts }: Texts['belongings']): string {
  const { program, system } = deviceOf(userAgent);
  if (program !== undefined) return system === undefined ? program : texts.on(program, system);
  return system === undefined ? texts.unknown : texts.someProgram(system);
}

/** An IP address as people know it: version 4 without the frame of version 6 that some servers see it in. */
export function Address({ ip }: { ip: string | null }) {
  const { unknownAddress } = useTexts().belongings;
  return <>{ip === null || ip === '' ? unknownAddress : ip.replace(/^::ffff:(?=\d+\.)/i, '')}</>;
}
