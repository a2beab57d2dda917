import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** What staff decide about a website; null takes away what is there. */
export interface Branding {
  host: string;
  name: string;
  primaryColor: string | null;
  backgroundColor: string | null;
  logoPath: string | null;
  supportEmail: string | null;
}

const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** A path of this server; `//` would lead to another one, `..` out of where it points. */
const LOGO_PATH = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/;
const ADDRESS = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;

/** The one form in which a host is stored and looked for, or null when it is none. A port says nothing about the brand. */
export function canonicalHost(input: string): string | null {
  const host = domainToASCII(input.trim().normalize('NFKC')).toLowerCase().replace(/\.$/, '');
  return host.length <= 253 && (HOST.test(host) || isIP(host) === 4) ? host : null;
}

/** The given parts as they are stored: host and colours in one form, no spaces around. */
export function tidied(given: Partial<Branding>): Partial<Branding> {
  const { host, name, primaryColor, backgroundColor } = given;
  return {
    ...given,
    ...(host !== undefined && { host: canonicalHost(host) ?? '' }),
    ...(name !== undefined && { name: name.trim() }),
    ...(primaryColor && { primaryColor: primaryColor.toLowerCase() }),
    ...(backgroundColor && { backgroundColor: backgroundColor.toLowerCase() }),
  };
}

/**
 * What is not allowed about tidied parts, in sentences by field; empty when all is. There is no place for markup: what
 * stands here is shown as text, as a colour or as an address (CONTROLS C-77).
 */
export function brandingProblems(given: Partial<Branding>): Record<string, string[]> {
  const { host, name, primaryColor, backgroundColor, logoPath, supportEmail } = given;
  const problems: Record<string, string | false> = {
    host: host === '' && 'Host is invalid',
    name: name !== undefined && !/^[^\p{Cc}<>]{1,100}$/u.test(name) && 'Name must have 1 to 100 characters, no < or >',
    primary_color: !isColor(primaryColor) && 'Primary color must read #rrggbb',
    background_color: !isColor(backgroundColor) && 'Background color must read #rrggbb',
    logo_path: !matches(LOGO_PATH, logoPath) && 'Logo path must be a path of this server',
    support_email: !matches(ADDRESS, supportEmail) && 'Support email is invalid',
  };
  return Object.fromEntries(
    Object.entries(problems).flatMap(([field, problem]) => (problem === false ? [] : [[field, [problem]]])),
  );
}

function isColor(color: string | null | undefined): boolean {
  return matches(/^#[0-9a-f]{6}$/, color);
}

function matches(pattern: RegExp, text: string | null | undefined): boolean {
  return text === undefined || text === null || (text.length <= 254 && pattern.test(text));
}
