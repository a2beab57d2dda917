import { Injectable } from '@nestjs/common';
import { Fingerprints } from '../infra/crypto/fingerprints.service.js';
import { Database } from '../infra/database/database.service.js';
import { networkOf } from '../infra/rate-limit/network.js';

/** How long a network counts as the owner's after they last signed in from it. */
export const KNOWN_FOR = `interval '30 days'`;

/** Networks from which an address was signed in lately: its owner gets on from there while others wait (CONTROLS C-09). */
@Injectable()
export class KnownNetworks {
  constructor(
    private readonly database: Database,
    private readonly fingerprints: Fingerprints,
  ) {}

  /** @param email canonical. @returns the key of the pair, here and wherever else the two are counted together */
  keyOf(email: string, network: string): Buffer {
    return this.fingerprints.of(`${email} ${network}`);
  }

  async has(email: string, ip: string): Promise<boolean> {
    const sql = `SELECT 1 FROM known_networks WHERE key = $1 AND seen_at > now() - ${KNOWN_FOR}`;
    return (await this.database.query('known-network', sql, [this.keyOf(email, networkOf(ip))])).length > 0;
  }
}
