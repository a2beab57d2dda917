import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { RevocationsService } from '../auth/revocations.service.js';
import { hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';

/** No access token lives longer than a day; a little more for good measure. */
const LONGEST_ACCESS_TOKEN_MS = 25 * 3600 * 1000;

/** What ends together: all codes, refresh tokens and access tokens that came from one agreement. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
  ) {}

  /** Ends a grant with all that came from it; tokens already handed out are refused from now on. */
  async revoke(grantId: string): Promise<void> {
    await this.database.transaction((tx) => this.revokeIn(tx, grantId));
  }

  async revokeIn(tx: EntityManager, grantId: string): Promise<void> {
    const hash = hashToken(grantId);
    await tx.query(`DELETE FROM oidc_records WHERE grant_hash = $1 OR (model = 'Grant' AND id_hash = $1)`, [hash]);
    await this.revokeTokens(tx, grantId);
  }

  /** Refuses one access token by its `jti`, or all of a grant by its id. */
  async revokeTokens(tx: EntityManager, id: string): Promise<void> {
    await this.revocations.revoke(tx, id, new Date(Date.now() + LONGEST_ACCESS_TOKEN_MS));
  }

  async revokeToken(jti: string): Promise<void> {
    await this.database.transaction((tx) => this.revokeTokens(tx, jti));
  }
}
