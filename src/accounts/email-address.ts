import { domainToASCII } from 'node:url';

const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL_PART = 64;
/** RFC 5322 atoms joined by single dots; quoted local parts are not taken. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The one form in which an address is stored and looked for, or null when it is no address.
 * Normalised first and checked afterwards, so that no character turns into another after the check (CONTROLS C-07).
 */
export function canonicalEmail(input: string): string | null {
  if (input.length > 2 * LONGEST_ADDRESS || !input.isWellFormed()) return null;
  const address = input.trim().normalize('NFKC');
  const at = address.indexOf('@');
  if (at < 1 || at !== address.lastIndexOf('@') || /[\s\p{Cc}",]/u.test(address)) return null;
  const local = lowerCaseAscii(address.slice(0, at));
  const domain = domainToASCII(address.slice(at + 1));
  const canonical = `${local}@${domain}`;
  if (canonical.length > LONGEST_ADDRESS || local.length > LONGEST_LOCAL_PART) return null;
  return LOCAL_PART.test(local) && DOMAIN.test(domain) ? canonical : null;
}

/** Only A to Z: toLowerCase would turn the Kelvin sign into a k. */
function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
