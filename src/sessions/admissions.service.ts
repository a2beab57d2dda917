import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { EventsService } from '../events/events.service.js';
import { Database } from '../infra/database/database.service.js';
import { SessionErrors } from './sessions.errors.js';
import { countSuccess } from './sign-in-counts.js';

/** Somebody who has proved who they are on one of our pages. */
export interface PersonSignedIn {
  uid: string;
  /** Canonical. */
  email: string;
  level: number;
  /** RFC 8176. */
  amr: string[];
  /** Seconds since the epoch by the database's clock; never before the moment from which the account's tokens count. */
  authenticatedAt: number;
}

/** Where a sign-in happens, and from where it was asked for. */
export interface Visit {
  place: string;
  origin: RequestOrigin;
}

interface AdmittedRow {
  email: string;
  level: number;
  authenticated_at: number;
}

const ADMITTED = (moment: string) => `
  SELECT accounts.email, accounts.level, extract(epoch FROM ${moment})::float8 AS authenticated_at FROM accounts`;
/** Right after the second factor was turned on; what was signed in before it does not count (see oidc-records). */
const AFTER_FACTOR = `(
  SELECT date_trunc('second', enabled_at) + interval '1 second' FROM otp_secrets WHERE account_id = accounts.id)`;
const NOW = `greatest(date_trunc('second', now()), tokens_valid_after, ${AFTER_FACTOR})`;

/** Holds only while the password is the one that was checked, no factor is left out, and the account may act. */
const BY_PASSWORD = `${ADMITTED(NOW)} JOIN credentials ON credentials.account_id = accounts.id
  WHERE accounts.id = $1 AND accounts.state = 'active' AND credentials.password_hash = $2
    AND (NOT accounts.otp_enabled OR $3)
  FOR SHARE OF accounts, credentials`;

/** The same of a passkey, which its owner unlocked: it stands for both factors and has to be there still. */
const BY_PASSKEY = `${ADMITTED(NOW)} JOIN passkeys ON passkeys.account_id = accounts.id
  WHERE accounts.id = $1 AND accounts.state = 'active' AND passkeys.id = $2
  FOR SHARE OF accounts, passkeys`;

/** Somebody signed in who adds a factor: the moment stays the one of their sign-in, as far as that still counts. */
const BY_SESSION = `${ADMITTED(`greatest(to_timestamp($2), ${AFTER_FACTOR})`)}
  WHERE accounts.id = $1 AND accounts.state = 'active' AND tokens_valid_after <= to_timestamp($2)
  FOR SHARE OF accounts`;

type Known = Pick<Principal['account'], 'id' | 'uid'>;

/** The last step of signing in on pages: what was proved still holds, and the log says so. */
@Injectable()
export class Admissions {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /** @param factors given beside the password. @throws AppError 401 when it was changed or the account lost its access */
  byPassword(account: Known, passwordHash: string, factors: string[], visit: Visit): Promise<PersonSignedIn> {
    const values = [account.id, passwordHash, factors.length > 0];
    return countSuccess(this.admit(account, BY_PASSWORD, values, ['pwd', ...factors], visit));
  }

  /** @throws AppError 401 when the passkey was removed or the account lost its access */
  byPasskey(account: Known, passkeyId: string, amr: string[], visit: Visit): Promise<PersonSignedIn> {
    return countSuccess(this.admit(account, BY_PASSKEY, [account.id, passkeyId], amr, visit));
  }

  /** Of somebody who is signed in and has just given one more factor. @throws AppError 401 when that was ended */
  bySession({ account, authTime, amr }: Principal, factor: string, visit: Visit): Promise<PersonSignedIn> {
    return this.admit(account, BY_SESSION, [account.id, authTime], [...new Set([...amr, factor])], visit);
  }

  private admit(
    { uid }: Known,
    statement: string,
    values: unknown[],
    amr: string[],
    { place, origin }: Visit,
  ): Promise<PersonSignedIn> {
    return this.database.transaction(async (tx) => {
      const [row] = await tx.query<AdmittedRow[]>(statement, values);
      if (!row) throw SessionErrors.unauthorized();
      await this.audit.record(tx, { action: 'session.created', actor: uid, target: uid, origin, details: { place } });
      // The session of the pages is made after this, and an application may follow later.
      await this.events.record(tx, { name: 'session.created', record: { uid, amr, ip: origin.ip } });
      const { email, level, authenticated_at: authenticatedAt } = row;
      return { uid, email, level, amr, authenticatedAt };
    });
  }
}
