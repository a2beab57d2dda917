import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { AccountState, Role } from '../common/principal.js';
import { newToken } from '../infra/crypto/random-token.js';
import { PasswordHasher } from '../infra/crypto/password-hasher.service.js';
import { Database } from '../infra/database/database.service.js';

/** An account of another server. Times are ISO 8601; a fact that never happened is null. */
export interface ImportedAccount {
  uid: string;
  /** In canonical form. */
  email: string;
  passwordHash: string;
  role: Role;
  state: AccountState;
  level: number;
  otpEnabled: boolean;
  emailConfirmedAt: string | null;
  phoneVerifiedAt: string | null;
  identityApprovedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** In the order given, so that of two with one address the first one gets it. */
const INSERT = `
  WITH given AS (
    SELECT * FROM ROWS FROM (json_to_recordset($1) AS (uid text, email text, "passwordHash" text, role text, state text,
      level smallint, "otpEnabled" boolean, "emailConfirmedAt" timestamptz, "phoneVerifiedAt" timestamptz,
      "identityApprovedAt" timestamptz, "createdAt" timestamptz, "updatedAt" timestamptz)) WITH ORDINALITY),
  account AS (
    INSERT INTO accounts (uid, email, role, state, level, otp_enabled, email_confirmed_at, phone_verified_at,
      identity_approved_at, created_at, updated_at)
    SELECT uid, email, role, state, level, "otpEnabled", "emailConfirmedAt", "phoneVerifiedAt",
      "identityApprovedAt", "createdAt", "updatedAt"
    FROM given ORDER BY ordinality
    ON CONFLICT DO NOTHING RETURNING id, uid),
  credential AS (
    INSERT INTO credentials (account_id, password_hash) SELECT id, "passwordHash" FROM account JOIN given USING (uid))
  SELECT id, uid FROM account`;

/** Accounts that come from another server, many at a time. No events are told of them: they are no news. */
@Injectable()
export class AccountImportService {
  private unusable: Promise<string> | undefined;

  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditService,
  ) {}

  /** Which of the uids belong to accounts already, or did: who has left does not come back with an old database. */
  async knownAmong(uids: string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ uid: string }>(
      'known-uids',
      `SELECT uid FROM accounts WHERE uid = ANY ($1::text[])
       UNION SELECT target FROM audit_entries WHERE action = 'account.deleted' AND target = ANY ($1::text[])`,
      [uids],
    );
    return new Set(rows.map(({ uid }) => uid));
  }

  /** As PasswordHasher.importedForm; where there is none, a hash that no password has: the owner sets one by mail. */
  async passwordHashOf(bcrypt: string, devisePepper: string | undefined): Promise<{ hash: string; isUsable: boolean }> {
    const hash = this.hasher.importedForm(bcrypt, devisePepper);
    return hash === undefined ? { hash: await this.unusableHash(), isUsable: false } : { hash, isUsable: true };
  }

  /** One for all: nobody knows what it is of, and each one costs a tenth of a second. */
  unusableHash(): Promise<string> {
    this.unusable ??= this.hasher.hash(newToken().token);
    return this.unusable;
  }

  /** @returns ids by uid; an account whose uid or address is taken is not among them */
  async add(tx: EntityManager, accounts: ImportedAccount[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ id: string; uid: string }[]>(INSERT, [JSON.stringify(accounts)]);
    const ids = new Map(rows.map(({ id, uid }) => [uid, id]));
    // Who may do what in the console is in the record, wherever the right came from (CONTROLS C-76).
    for (const { uid, role } of accounts.filter((each) => each.role !== 'member' && ids.has(each.uid)))
      await this.audit.record(tx, { action: 'account.imported', actor: null, target: uid, details: { role } });
    return ids;
  }
}
