import { Injectable } from '@nestjs/common';
import { KnownDevices } from '../accounts/known-devices.service.js';
import { KNOWN_FOR, KnownNetworks } from '../accounts/known-networks.service.js';
import { Fingerprints } from '../infra/crypto/fingerprints.service.js';
import { Database } from '../infra/database/database.service.js';
import { networkOf } from '../infra/rate-limit/network.js';

/** CONTROLS 2: so many failures are free, then each one doubles the wait; an hour without any forgets them. */
const FREE = 5;
const LONGEST_WAIT_SECONDS = 300;
/** Failures in a row over all networks, after which only known ones may try on (NIST SP 800-63B-4, section 3.2.2). */
const MOST_IN_A_ROW = 100;

const next = `CASE WHEN kept.counted_at < clock_timestamp() - interval '1 hour' THEN 1 ELSE kept.failures + 1 END`;
const wait = `CASE WHEN ${next} < ${FREE} THEN 0 ELSE least(${LONGEST_WAIT_SECONDS}, power(2, ${next} - ${FREE})) END`;

/**
 * Counts a try before its password is looked at, unless it has to wait: the pair of address and network (or of address
 * and device, where that is known) first, then the address in all, so that tries that are refused lock nobody out. A
 * new password begins anew, and who knew the old one is known no more.
 */
const RESERVE = `
  WITH account AS (
    SELECT coalesce((SELECT tokens_valid_after FROM accounts WHERE email = $3), '-infinity') AS begins_at),
  known AS (
    SELECT begins_at, $4 OR EXISTS (
        SELECT 1 FROM known_networks WHERE key = $2 AND seen_at > now() - ${KNOWN_FOR}
          AND seen_at >= begins_at - interval '1 second') AS yes
    FROM account),
  pair AS (
    INSERT INTO sign_in_counters AS kept (key, failures, counted_at, blocked_until)
    VALUES ($2, 1, clock_timestamp(), clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET failures = ${next}, counted_at = clock_timestamp(),
      blocked_until = clock_timestamp() + make_interval(secs => ${wait})
    WHERE kept.blocked_until <= clock_timestamp()
    RETURNING failures),
  total AS (
    INSERT INTO sign_in_counters AS kept (key, failures, counted_at, blocked_until)
    SELECT $1, 1, clock_timestamp(), clock_timestamp() FROM pair
    ON CONFLICT (key) DO UPDATE SET counted_at = clock_timestamp(),
      failures = CASE WHEN kept.counted_at < (SELECT begins_at FROM known) THEN 1 ELSE kept.failures + 1 END
    WHERE kept.failures < ${MOST_IN_A_ROW} OR (SELECT yes OR kept.counted_at < begins_at FROM known)
    RETURNING failures)
  SELECT (SELECT yes FROM known) AS is_known, (SELECT failures FROM pair) AS pair, (SELECT failures FROM total) AS total`;

const SECONDS_TO_WAIT = `
  SELECT ceil(extract(epoch FROM blocked_until - now()))::int AS seconds FROM sign_in_counters WHERE key = $1`;

/** The password was right: nothing is held against the address any more, and its network is known. */
const CLEAR = `
  WITH cleared AS (DELETE FROM sign_in_counters WHERE key IN ($1, $2))
  INSERT INTO known_networks (key, seen_at) VALUES ($3, now()) ON CONFLICT (key) DO UPDATE SET seen_at = now()`;

const WARN_ONCE = `
  UPDATE sign_in_counters SET owner_warned_at = now()
  WHERE key = $1 AND (owner_warned_at IS NULL OR owner_warned_at < now() - interval '24 hours') RETURNING 1`;

/** Where a try comes from. */
export interface TrySource {
  network: string;
  /** A browser that is known for the address. Its tries are counted by themselves, whoever else is in its network. */
  device: string | undefined;
}

/** What a try was counted as. */
export interface Reservation {
  isKnown: boolean;
  /** Failures in a row before this try, over all networks. */
  failuresBefore: number;
}

/** Seconds to wait, and whether that is because of all networks together. */
export interface Refusal {
  seconds: number;
  isLocked: boolean;
}

/** The counters of sign-ins, alike for addresses with and without an account. */
@Injectable()
export class SignInCounters {
  constructor(
    private readonly database: Database,
    private readonly fingerprints: Fingerprints,
    private readonly known: KnownNetworks,
    private readonly devices: KnownDevices,
  ) {}

  /** @param email canonical; null for what is no address */
  async sourceOf(email: string | null, ip: string, deviceCookie: string | undefined): Promise<TrySource> {
    const device = email === null ? undefined : await this.devices.find(deviceCookie, email);
    return { network: networkOf(ip), device };
  }

  /** @param email canonical */
  async reserve(email: string, source: TrySource): Promise<Reservation | Refusal> {
    const [total, pair] = this.keysOf(email, source);
    const [row] = await this.database.query<{ is_known: boolean; pair: number | null; total: number | null }>(
      'reserve-sign-in',
      RESERVE,
      [total, pair, email, source.device !== undefined],
    );
    if (row && row.total !== null) return { isKnown: row.is_known, failuresBefore: row.total - 1 };
    if (row && row.pair !== null) return { seconds: LONGEST_WAIT_SECONDS, isLocked: true };
    const [waiting] = await this.database.query<{ seconds: number }>('sign-in-wait', SECONDS_TO_WAIT, [pair]);
    return { seconds: Math.max(1, waiting?.seconds ?? 1), isLocked: false };
  }

  async clear(email: string, source: TrySource): Promise<void> {
    const network = this.known.keyOf(email, source.network);
    await this.database.query('clear-sign-ins', CLEAR, [...this.keysOf(email, source), network]);
  }

  /** The owner says that they may be tried again. */
  async unlock(email: string): Promise<void> {
    const key = this.fingerprints.of(email);
    await this.database.query('unlock-sign-ins', 'DELETE FROM sign_in_counters WHERE key = $1', [key]);
  }

  /** Of any number of parallel calls, and within a day, exactly one gets true. */
  async mayWarn(email: string): Promise<boolean> {
    const rows = await this.database.query('warn-of-sign-ins', WARN_ONCE, [this.fingerprints.of(email)]);
    return rows.length > 0;
  }

  private keysOf(email: string, { device, network }: TrySource): [total: Buffer, pair: Buffer] {
    return [this.fingerprints.of(email), this.known.keyOf(email, device ?? network)];
  }
}
