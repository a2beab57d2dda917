import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { holdAccount } from './account-lock.js';
import { CODE_LIFETIME, PhoneCodes } from './phone-codes.service.js';
import { PhoneMessagesService } from './phone-messages.service.js';
import { endingOf, parsePhoneNumber, type PhoneNumber } from './phone-number.js';
import { PhoneErrors } from './phones.errors.js';
import { SmsBudget } from './sms-budget.service.js';

/** An account that adds another one loses the oldest (CONTROLS C-68). */
const MOST_UNVERIFIED = 3;

/**
 * A new number, or a new code for one that is not verified yet. A number that anybody verified yields no row; one
 * that others merely added is free. The time is that of the statement: it is the order in which the account was held.
 */
const PUT_PHONE = `
  INSERT INTO phones (account_id, number, country_code, code_hash, code_expires_at, updated_at)
  SELECT accounts.id, $2::text, $3::text, $4::bytea, statement_timestamp() + make_interval(secs => $5), statement_timestamp()
  FROM accounts WHERE accounts.id = $1
    AND NOT EXISTS (SELECT 1 FROM phones WHERE number = $2::text AND verified_at IS NOT NULL)
  ON CONFLICT (account_id, number) DO UPDATE
    SET code_hash = excluded.code_hash, code_expires_at = excluded.code_expires_at, code_attempts = 0,
      updated_at = excluded.updated_at
    WHERE phones.verified_at IS NULL
  RETURNING id`;

const DROP_OLDEST = `
  DELETE FROM phones WHERE id IN (
    SELECT id FROM phones WHERE account_id = $1 AND verified_at IS NULL
    ORDER BY updated_at DESC, id DESC OFFSET $2)
  RETURNING id`;

/** A number becomes an account's own only by verifying it; adding it gets a code sent there and claims nothing. */
@Injectable()
export class PhoneAdditionService {
  constructor(
    private readonly database: Database,
    private readonly codes: PhoneCodes,
    private readonly messages: PhoneMessagesService,
    private readonly budget: SmsBudget,
    private readonly audit: AuditService,
  ) {}

  /** @throws AppError 400 for what is no number, or one that is verified by this account or another */
  async add(principal: Pick<Principal, 'account'>, input: string, origin: RequestOrigin): Promise<void> {
    const number = parsePhoneNumber(input);
    if (!number) throw PhoneErrors.invalid();
    const { id: accountId, uid } = principal.account;
    const { e164, country } = number;
    await this.budget.reserve({ accountId, number: e164, country, ip: origin.ip });
    await this.database.transaction(async (tx) => {
      await holdAccount(tx, accountId);
      const { code, hash } = this.codes.make({ accountId, number: e164 });
      const phone = await this.put(tx, accountId, number, hash);
      if (phone === undefined) throw PhoneErrors.taken();
      const dropped = await this.dropOldest(tx, accountId);
      await this.messages.sendCode(tx, phone, code);
      const details = { phone, country, ending: endingOf(e164), ...(dropped.length > 0 && { dropped }) };
      await this.audit.record(tx, { action: 'phone.added', actor: uid, target: uid, origin, details });
    });
  }

  private async put(
    tx: EntityManager,
    accountId: string,
    number: PhoneNumber,
    codeHash: Buffer,
  ): Promise<string | undefined> {
    const values = [accountId, number.e164, number.country, codeHash, CODE_LIFETIME];
    const [row] = await tx.query<{ id: string }[]>(PUT_PHONE, values);
    return row?.id;
  }

  private async dropOldest(tx: EntityManager, accountId: string): Promise<string[]> {
    const [rows] = await tx.query<[{ id: string }[], number]>(DROP_OLDEST, [accountId, MOST_UNVERIFIED]);
    return rows.map(({ id }) => id);
  }
}
