import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { Cipher } from '../infra/crypto/cipher.service.js';
import { matchTotp, newTotpSecret } from '../infra/crypto/totp.js';
import { Database } from '../infra/database/database.service.js';
import { SecurityErrors } from './security.errors.js';

export interface SealedSecret {
  secret_encrypted: Buffer;
  /** The database's clock, the only one that counts: replicas may differ. */
  now: Date;
}

/** A secret that was shown but is not in force, and the step of the code that proved it arrived. */
export interface ProvenEnrolment {
  sealed: Buffer;
  step: number;
}

const ENROLMENT_SECONDS = 10 * 60;

/** What a sealed secret belongs to; copied to another row it does not open (CONTROLS C-22). */
const pendingContext = (accountId: string): string => `otp-enrolment:${accountId}`;
const activeContext = (accountId: string): string => `otp-secret:${accountId}`;

/** Secrets of authenticator apps: pending ones, and the one in force, which `accounts.otp_enabled` tells of. */
@Injectable()
export class OtpSecrets {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly accounts: AccountsService,
  ) {}

  /**
   * Makes a pending secret, good for ten minutes, in the place of an older pending one.
   * @throws AppError 400 when the account has one in force, which stays as it is
   */
  async enrol(accountId: string): Promise<string> {
    const secret = newTotpSecret();
    const rows = await this.database.query(
      'enrol-otp',
      `INSERT INTO otp_enrolments (account_id, secret_encrypted, expires_at)
       SELECT $1, $2, now() + make_interval(secs => $3)
       WHERE NOT EXISTS (SELECT 1 FROM otp_secrets WHERE account_id = $1)
       ON CONFLICT (account_id) DO UPDATE
         SET secret_encrypted = excluded.secret_encrypted, expires_at = excluded.expires_at
       RETURNING 1`,
      [accountId, this.cipher.seal(secret, pendingContext(accountId)), ENROLMENT_SECONDS],
    );
    if (rows.length === 0) throw SecurityErrors.alreadyEnabled();
    return secret;
  }

  async findPending(accountId: string): Promise<SealedSecret | undefined> {
    const [row] = await this.database.query<SealedSecret>(
      'find-otp-enrolment',
      'SELECT secret_encrypted, now() FROM otp_enrolments WHERE account_id = $1 AND expires_at > now()',
      [accountId],
    );
    return row;
  }

  /** @returns undefined unless it is a present code of the pending secret */
  prove(accountId: string, pending: SealedSecret, code: string): ProvenEnrolment | undefined {
    const step = matchTotp(this.open(pending, pendingContext(accountId)), code, pending.now);
    return step === undefined ? undefined : { sealed: pending.secret_encrypted, step };
  }

  /**
   * Puts the pending secret in force; of any number of parallel calls one succeeds. The code that proved it is used up.
   * @throws AppError 400 when another call was first, 422 when the pending secret was replaced or expired meanwhile
   */
  async activate(tx: EntityManager, accountId: string, { sealed, step }: ProvenEnrolment): Promise<void> {
    const [pending] = await tx.query<[unknown[], number]>(
      `DELETE FROM otp_enrolments WHERE account_id = $1 AND secret_encrypted = $2 AND expires_at > now()
       RETURNING account_id`,
      [accountId, sealed],
    );
    if (pending.length === 0) {
      throw (await this.hold(tx, accountId)) ? SecurityErrors.alreadyEnabled() : SecurityErrors.invalidCode();
    }
    const secret = this.cipher.open(sealed, pendingContext(accountId));
    const active = await tx.query<unknown[]>(
      `INSERT INTO otp_secrets (account_id, secret_encrypted, last_step) VALUES ($1, $2, $3)
       ON CONFLICT (account_id) DO NOTHING RETURNING account_id`,
      [accountId, this.cipher.seal(secret, activeContext(accountId)), step],
    );
    if (active.length === 0) throw SecurityErrors.alreadyEnabled();
    await this.accounts.setOtpEnabled(tx, accountId, true);
  }

  /**
   * Uses up a code of the secret in force: it and every older one are refused from now on, at every endpoint.
   * @returns its step, or undefined when it is wrong or was used
   */
  async redeem(accountId: string, code: string): Promise<number | undefined> {
    const [row] = await this.database.query<SealedSecret>(
      'find-otp-secret',
      'SELECT secret_encrypted, now() FROM otp_secrets WHERE account_id = $1',
      [accountId],
    );
    const step = row && matchTotp(this.open(row, activeContext(accountId)), code, row.now);
    if (step === undefined) return undefined;
    const used = await this.database.query(
      'use-otp-step',
      `UPDATE otp_secrets SET last_step = $2
       WHERE account_id = $1 AND last_step < $2 AND secret_encrypted = $3 RETURNING 1`,
      [accountId, step, row?.secret_encrypted],
    );
    return used.length > 0 ? step : undefined;
  }

  /** Puts secrets in force that were proven elsewhere, for accounts that have none and are marked already. */
  async put(tx: EntityManager, secrets: { accountId: string; secret: string }[]): Promise<void> {
    await tx.query(
      `INSERT INTO otp_secrets (account_id, secret_encrypted) SELECT * FROM unnest($1::bigint[], $2::bytea[])`,
      [
        secrets.map(({ accountId }) => accountId),
        secrets.map(({ accountId, secret }) => this.cipher.seal(secret, activeContext(accountId))),
      ],
    );
  }

  /** Keeps the secret as it is until the transaction ends. @returns false when there is none */
  async hold(tx: EntityManager, accountId: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>('SELECT 1 FROM otp_secrets WHERE account_id = $1 FOR UPDATE', [accountId]);
    return rows.length > 0;
  }

  /** Removes the secret, and a pending one. @returns false when there was none in force */
  async remove(tx: EntityManager, accountId: string): Promise<boolean> {
    const [rows] = await tx.query<[unknown[], number]>(
      'DELETE FROM otp_secrets WHERE account_id = $1 RETURNING account_id',
      [accountId],
    );
    await tx.query('DELETE FROM otp_enrolments WHERE account_id = $1', [accountId]);
    await this.accounts.setOtpEnabled(tx, accountId, false);
    return rows.length > 0;
  }

  /** Opens the newest ones. @returns how many @throws SealError when SECRET_KEY is not theirs */
  async openNewest(tx: EntityManager, most: number): Promise<number> {
    const rows = await tx.query<(SealedSecret & { account_id: string })[]>(
      'SELECT account_id, secret_encrypted, now() FROM otp_secrets ORDER BY account_id DESC LIMIT $1',
      [most],
    );
    for (const row of rows) this.open(row, activeContext(row.account_id));
    return rows.length;
  }

  private open(row: SealedSecret, context: string): string {
    return this.cipher.open(row.secret_encrypted, context).toString();
  }
}
