import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toBase32 } from '../infra/crypto/base32.js';
import { hashToken } from '../infra/crypto/random-token.js';

const CODES = 10;
const CODE_BYTES = 15;
const FORM = /^[A-Z2-7]{24}$/;

/** Codes for the day the authenticator is lost: ten of 120 bits, each good once; only their hashes are kept. */
@Injectable()
export class RecoveryCodes {
  /**
   * Makes a new set; the old one is void.
   * @returns the codes in groups of four, to be shown this one time
   */
  async replace(tx: EntityManager, accountId: string): Promise<string[]> {
    const codes = Array.from({ length: CODES }, () => toBase32(randomBytes(CODE_BYTES)));
    await this.remove(tx, accountId);
    await tx.query('INSERT INTO recovery_codes (account_id, code_hash) SELECT $1, unnest($2::bytea[])', [
      accountId,
      codes.map(hashToken),
    ]);
    return codes.map((code) => (code.match(/.{4}/g) ?? []).join('-'));
  }

  /** Uses a code up. @returns how many are left, or undefined when it is no code of the account or was used */
  async redeem(tx: EntityManager, accountId: string, code: string): Promise<number | undefined> {
    const [used] = await tx.query<[unknown[], number]>(
      `UPDATE recovery_codes SET used_at = now() WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL
       RETURNING account_id`,
      [accountId, hashToken(plainForm(code))],
    );
    if (used.length === 0) return undefined;
    const [row] = await tx.query<[{ remaining: number }]>(
      'SELECT count(*)::int AS remaining FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL',
      [accountId],
    );
    return row.remaining;
  }

  async remove(tx: EntityManager, accountId: string): Promise<void> {
    await tx.query('DELETE FROM recovery_codes WHERE account_id = $1', [accountId]);
  }
}

/** Whether a text has the form of a recovery code, which no code of an authenticator has. */
export function isRecoveryCode(code: string): boolean {
  return FORM.test(plainForm(code));
}

/** Case, spaces and hyphens are for people. */
function plainForm(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase();
}
