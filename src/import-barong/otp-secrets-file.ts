import { UID } from '../accounts/uid.js';
import { ImportError } from './import-error.js';

/** 80 bits at least (RFC 4226, section 4). */
const SECRET = /^[A-Z2-7]{16,128}$/;

/**
 * Reads lines of `uid,secret`: secrets in base 32 of codes with SHA-1, six digits and 30 seconds, as Vault makes them.
 * @throws ImportError that names the line and nothing in it
 */
export function parseOtpSecrets(text: string): Map<string, string> {
  const secrets = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [uid = '', given = '', ...rest] = line.split(',').map((part) => part.trim());
    const secret = given.toUpperCase().replace(/=+$/, '');
    if (!UID.test(uid) || !SECRET.test(secret) || rest.length > 0 || secrets.has(uid))
      throw new ImportError(`Line ${index + 1} of the file of second factors is no new uid and a secret in base 32`);
    secrets.set(uid, secret);
  }
  return secrets;
}
