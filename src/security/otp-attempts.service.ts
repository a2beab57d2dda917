import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { Config } from '../config/config.js';
import { Database } from '../infra/database/database.service.js';
import { limitsHit } from '../infra/metrics/metrics.js';
import { SecurityErrors } from './security.errors.js';
import { type FactorOwner, TwoFactorNotices } from './two-factor-notices.service.js';

/** Codes of the authenticator and recovery codes have budgets of their own, equal in size. */
export type CodeKind = 'otp' | 'recovery_code';

/** Wrong codes an account may try: this many in each of the two windows (CONTROLS C-19). */
const SHORT = { tries: 5, window: `interval '15 minutes'` };
const LONG = { tries: 20, window: `interval '24 hours'` };

const within = (window: string): string =>
  `FROM unnest(kept.counted_at) AS counted (at) WHERE counted.at > now() - ${window}`;

/** Counts one more try unless a window is full; the row's lock puts parallel calls in a line. */
const RESERVE = `
  INSERT INTO otp_attempts AS kept (account_id, kind, counted_at) VALUES ($1, $2, ARRAY[clock_timestamp()])
  ON CONFLICT (account_id, kind) DO UPDATE
    SET counted_at = ARRAY(SELECT counted.at ${within(LONG.window)}) || excluded.counted_at
    WHERE (SELECT count(*) ${within(SHORT.window)}) < ${SHORT.tries}
      AND (SELECT count(*) ${within(LONG.window)}) < ${LONG.tries}
  RETURNING counted_at[array_upper(counted_at, 1)]::text AS reservation`;

const REFUND = `
  UPDATE otp_attempts SET counted_at = array_remove(counted_at, $3::timestamptz) WHERE account_id = $1 AND kind = $2`;

/** When the try that fills a window leaves it: the fifth or the twentieth newest. */
const leaves = ({ tries, window }: typeof SHORT): string =>
  `(SELECT counted.at + ${window} FROM unnest(counted_at) AS counted (at) ORDER BY 1 DESC OFFSET ${tries - 1} LIMIT 1)`;

const SECONDS_TO_WAIT = `
  SELECT ceil(extract(epoch FROM greatest(${leaves(SHORT)}, ${leaves(LONG)}) - now()))::int AS seconds
  FROM otp_attempts WHERE account_id = $1 AND kind = $2`;

const WARN_ONCE = `
  UPDATE otp_attempts SET owner_warned_at = now()
  WHERE account_id = $1 AND kind = $2 AND (owner_warned_at IS NULL OR owner_warned_at <= now() - ${LONG.window})
  RETURNING account_id`;

/** The budget of guesses, per account over all sessions, addresses and endpoints that take a code. */
@Injectable()
export class OtpAttempts {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notices: TwoFactorNotices,
  ) {}

  /**
   * Counts the try first and then looks at the code; a right one is not counted in the end, but clears nothing else.
   * @param check gives undefined for a wrong code
   * @throws AppError 429 when the budget is spent
   */
  async attempt<T>(
    owner: FactorOwner,
    kind: CodeKind,
    origin: RequestOrigin | undefined,
    check: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const reservation = this.config.rateLimits ? await this.reserve(owner, kind, origin) : undefined;
    const result = await check();
    if (result === undefined) {
      await this.database.transaction((tx) => this.notices.failed(tx, owner, kind, origin));
    } else if (reservation !== undefined) {
      await this.database.query('refund-otp-attempt', REFUND, [owner.id, kind, reservation]);
    }
    return result;
  }

  private async reserve(owner: FactorOwner, kind: CodeKind, origin: RequestOrigin | undefined): Promise<string> {
    const rows = await this.database.query<{ reservation: string }>('reserve-otp-attempt', RESERVE, [owner.id, kind]);
    if (rows[0]) return rows[0].reservation;
    limitsHit.inc({ limit: `wrong-${kind.replace('_', '-')}` });
    await this.warnOnce(owner, kind, origin);
    const [wait] = await this.database.query<{ seconds: number | null }>('otp-wait', SECONDS_TO_WAIT, [owner.id, kind]);
    throw SecurityErrors.tooManyCodes(Math.max(1, wait?.seconds ?? 1));
  }

  private async warnOnce(owner: FactorOwner, kind: CodeKind, origin: RequestOrigin | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[unknown[], number]>(WARN_ONCE, [owner.id, kind]);
      if (rows.length > 0) await this.notices.budgetSpent(tx, owner, kind, origin);
    });
  }
}
