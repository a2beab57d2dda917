import { randomBytes } from 'node:crypto';

export const UID = /^ID[0-9A-F]{10}$/;

/** A new account's public name: `ID` and ten upper-case hex digits. */
export function newUid(): string {
  return `ID${randomBytes(5).toString('hex').toUpperCase()}`;
}
