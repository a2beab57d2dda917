import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { Database } from '../database/database.service.js';

const HOUR_MS = 3_600_000;
/** What is longer ago says nothing about the present. */
export const SIGHTINGS_KEPT = `interval '7 days'`;

/**
 * Requests that came through a proxy which TRUST_PROXY does not name. All who come through it have one address then:
 * they use up each other's limits, and records name none of them (CONTROLS C-11).
 */
@Injectable()
export class ProxySightings {
  private readonly logger = new Logger('Proxies');
  private readonly trusted: string;
  private quietUntil = 0;

  constructor(
    config: Config,
    private readonly database: Database,
  ) {
    this.trusted = config.trustProxy.join(',');
  }

  /** Says it in the log and leaves it for `doctor`, at most once an hour of this process; nobody waits for it. */
  note(now = Date.now()): void {
    if (now < this.quietUntil) return;
    this.quietUntil = now + HOUR_MS;
    this.logger.warn({ msg: UNLISTED });
    this.database
      .query(
        'note-proxy',
        `INSERT INTO proxy_sightings (trusted, seen_at) VALUES ($1, now())
         ON CONFLICT (trusted) DO UPDATE SET seen_at = now()`,
        [this.trusted],
      )
      .catch(() => this.logger.warn({ msg: 'what was seen of a proxy could not be kept for doctor' }));
  }

  /** When such a request last came, under the present TRUST_PROXY. */
  async last(): Promise<Date | undefined> {
    const [row] = await this.database.query<{ seen_at: Date }>(
      'last-proxy',
      `SELECT seen_at FROM proxy_sightings WHERE trusted = $1 AND seen_at > now() - ${SIGHTINGS_KEPT}`,
      [this.trusted],
    );
    return row?.seen_at;
  }
}

export const UNLISTED =
  'A proxy that TRUST_PROXY does not name passes requests on: everybody behind it counts as one address; ' +
  'set TRUST_PROXY to its address (or ignore this where callers reach the server directly and forge such headers)';

export const NONE_TRUSTED =
  'PUBLIC_URL is https, which this server does not speak itself, and TRUST_PROXY names no proxy: ' +
  'everybody counts as one address; set TRUST_PROXY to the address of what ends TLS';

/** In production people come by https, which this server does not speak: something stands in front of it. */
export const lacksProxy = ({ isProduction, isHttps, trustProxy }: Config): boolean =>
  isProduction && isHttps && trustProxy.length === 0;
