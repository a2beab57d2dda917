import type { SettingsReader } from './parse.js';

/** In front of what makes clients of this server stands as much as in front of a client's own secret. */
const SHORTEST = 32;

/** The initial access token of dynamic client registration (RFC 7591); undefined: nobody registers that way. */
export function readRegistrationToken(read: SettingsReader): string | undefined {
  const token = read.text('REGISTRATION_TOKEN');
  if (token === undefined) return undefined;
  // The characters of a bearer token (RFC 6750, section 2.1): others would never arrive.
  if (token.length >= SHORTEST && token.length <= 512 && /^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  read.problems.push(
    `REGISTRATION_TOKEN must have ${SHORTEST} or more letters, digits or -._~+/: openssl rand -base64 32`,
  );
  return undefined;
}
