import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

export interface PhoneNumber {
  /** E.164, such as `+14155552671`. */
  e164: string;
  /** ISO 3166-1 alpha-2; null for numbers of no country, such as satellite phones. */
  country: string | null;
}

const LONGEST_INPUT = 64;
/** Spaces, brackets, dots, slashes and dashes between digits; and the invisible marks that address books put around. */
const SEPARATORS = /[\p{Zs}\p{Cf}()./]|(?<=[\d)\p{Zs}\p{Pd}])\p{Pd}/gu;
/** A plus in a form that nobody encoded arrives as a space, so digits alone are read as international too. */
const INTERNATIONAL = /^(?:\+|00)?([1-9]\d{5,16})$/;
const E164 = /^\+[1-9]\d{5,14}$/;
/** An SMS there is paid by whoever sends it, and that is why some would ask for one. */
const COSTLY = ['PREMIUM_RATE', 'SHARED_COST'];

/** Reads a number with its country code, or null when it is no number that an SMS should go to. */
export function parsePhoneNumber(input: string): PhoneNumber | null {
  if (input.length > LONGEST_INPUT) return null;
  const digits = INTERNATIONAL.exec(input.normalize('NFKC').trim().replace(SEPARATORS, ''))?.[1];
  const parsed = digits === undefined ? undefined : parsePhoneNumberFromString(`+${digits}`);
  if (!parsed?.isValid() || !E164.test(parsed.number) || COSTLY.includes(parsed.getType() ?? '')) return null;
  return { e164: parsed.number, country: parsed.country ?? null };
}

/** What records may say of a number: enough for its owner to know which one. */
export function endingOf(e164: string): string {
  return e164.slice(-2);
}
