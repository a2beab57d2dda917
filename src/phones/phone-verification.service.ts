import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LevelsService } from '../accounts/levels.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import type { EventRecord } from '../events/event-record.js';
import { EventsService } from '../events/events.service.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { Database } from '../infra/database/database.service.js';
import { holdAccount } from './account-lock.js';
import { MOST_TRIES, PhoneCodes } from './phone-codes.service.js';
import { phoneEventRecord } from './phone-event-record.js';
import { endingOf, parsePhoneNumber } from './phone-number.js';
import { PhoneErrors } from './phones.errors.js';

interface TriedPhone {
  id: string;
  country_code: string | null;
  code_hash: Buffer;
}

/** Of any number of parallel guesses only the first five get a row, right or wrong. */
const COUNT_TRY = `
  UPDATE phones SET code_attempts = code_attempts + 1
  WHERE account_id = $1 AND number = $2 AND verified_at IS NULL
    AND code_hash IS NOT NULL AND code_expires_at > now() AND code_attempts < $3
  RETURNING id, country_code, code_hash`;

/** The code that was compared must still be the one that counts. */
const MARK_VERIFIED = `
  UPDATE phones
  SET verified_at = now(), updated_at = now(), code_hash = NULL, code_expires_at = NULL, code_attempts = 0
  FROM (SELECT id AS held_id, ${phoneEventRecord('$3::text')} AS before FROM phones WHERE id = $1 FOR UPDATE) AS held
  WHERE phones.id = held_id AND verified_at IS NULL AND code_hash = $2
  RETURNING before, ${phoneEventRecord('$3::text')} AS after`;

interface MarkedPhone {
  before: EventRecord;
  after: EventRecord;
}

/** Proof that a number is its account's: a code that is good once, for 10 minutes, five tries, and only the newest one. */
@Injectable()
export class PhoneVerificationService {
  constructor(
    private readonly database: Database,
    private readonly codes: PhoneCodes,
    private readonly levels: LevelsService,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /** @throws AppError 404 for everything that is wrong, all alike */
  async verify(
    principal: Pick<Principal, 'account'>,
    input: string,
    code: string,
    origin: RequestOrigin,
  ): Promise<void> {
    const { id: accountId, uid } = principal.account;
    const number = parsePhoneNumber(input)?.e164;
    const phone = number === undefined ? undefined : await this.countTry(accountId, number);
    if (number === undefined || !phone) throw PhoneErrors.notVerified();
    if (!this.codes.matches(code, { accountId, number }, phone.code_hash)) throw PhoneErrors.notVerified();
    await this.markOnce(principal.account, phone, async (tx) => {
      await this.levels.record(tx, accountId, 'phoneVerified');
      const details = { phone: phone.id, country: phone.country_code, ending: endingOf(number) };
      await this.audit.record(tx, { action: 'phone.verified', actor: uid, target: uid, origin, details });
    });
  }

  /** Kept whatever comes after it: a wrong guess must not be taken back with a transaction. */
  private async countTry(accountId: string, number: string): Promise<TriedPhone | undefined> {
    const rows = await this.database.query<TriedPhone>('phone-count-try', COUNT_TRY, [accountId, number, MOST_TRIES]);
    return rows[0];
  }

  /** Of any number of parallel calls, also of other accounts, exactly one marks the number. */
  private async markOnce(
    { id: accountId, uid }: Pick<Principal['account'], 'id' | 'uid'>,
    phone: TriedPhone,
    then: (tx: EntityManager) => Promise<void>,
  ): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        await holdAccount(tx, accountId);
        const [[marked]] = await tx.query<[MarkedPhone[], number]>(MARK_VERIFIED, [phone.id, phone.code_hash, uid]);
        if (!marked) throw PhoneErrors.notVerified();
        await this.events.recordUpdate(tx, 'phone', marked.before, marked.after);
        await then(tx);
      });
    } catch (error) {
      if (violatedUniqueConstraint(error) === 'phones_verified_number_key') throw PhoneErrors.notVerified();
      throw error;
    }
  }
}
