import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import type { EventRecord } from '../events/event-record.js';
import { EventsService } from '../events/events.service.js';
import { CODE_LIFETIME } from './phone-codes.service.js';
import { phoneEventRecord } from './phone-event-record.js';
import { endingOf, type PhoneNumber } from './phone-number.js';
import { PhoneErrors } from './phones.errors.js';

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
  RETURNING phones.id, xmax = 0 AS created, ${phoneEventRecord('$6::text')} AS record`;

const DROP_OLDEST = `
  DELETE FROM phones WHERE id IN (
    SELECT id FROM phones WHERE account_id = $1 AND verified_at IS NULL
    ORDER BY updated_at DESC, id DESC OFFSET $2)
  RETURNING id`;

interface PutPhone {
  id: string;
  created: boolean;
  record: EventRecord;
}

/** The one place where phones come into being. */
@Injectable()
export class NewPhones {
  constructor(
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /**
   * The caller holds the account.
   * @returns id of the phone
   * @throws AppError 400 for a number that is verified, by this account or another
   */
  async put(
    tx: EntityManager,
    { id: accountId, uid }: Pick<Principal['account'], 'id' | 'uid'>,
    { e164, country, codeHash }: PhoneNumber & { codeHash: Buffer },
    origin: RequestOrigin,
  ): Promise<string> {
    const [phone] = await tx.query<PutPhone[]>(PUT_PHONE, [accountId, e164, country, codeHash, CODE_LIFETIME, uid]);
    if (!phone) throw PhoneErrors.taken();
    const [dropped] = await tx.query<[{ id: string }[], number]>(DROP_OLDEST, [accountId, MOST_UNVERIFIED]);
    const ids = dropped.map(({ id }) => id);
    const details = { phone: phone.id, country, ending: endingOf(e164), ...(ids.length > 0 && { dropped: ids }) };
    await this.audit.record(tx, { action: 'phone.added', actor: uid, target: uid, origin, details });
    // A new code for the same number is no news of the phone.
    if (phone.created) await this.events.record(tx, { name: 'model.phone.created', record: phone.record });
    return phone.id;
  }
}
