import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountAdministrationService } from '../accounts/account-administration.service.js';
import { RevocationsService } from '../auth/revocations.service.js';
import { hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { TwoFactorService } from '../security/two-factor.service.js';
import { OidcRecords } from './oidc-records.service.js';

/** No access token lives longer than a day; a little more for good measure. */
const LONGEST_ACCESS_TOKEN_MS = 25 * 3600 * 1000;

/** What ends together: all codes, refresh tokens and access tokens that came from one agreement. */
@Injectable()
export class GrantsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
    private readonly records: OidcRecords,
    private readonly twoFactor: TwoFactorService,
    private readonly administration: AccountAdministrationService,
  ) {}

  /** What was granted without the second factor does not outlive the moment it is turned on (CONTROLS C-20). */
  onModuleInit(): void {
    this.twoFactor.onEnabled((tx, accountId) => this.endAll(tx, accountId));
    this.administration.onRemoval((tx, accountId) => this.endAll(tx, accountId));
  }

  /** Ends a grant with all that came from it; tokens already handed out are refused from now on. */
  async revoke(grantId: string): Promise<void> {
    await this.database.transaction((tx) => this.revokeIn(tx, grantId));
  }

  async revokeIn(tx: EntityManager, grantId: string): Promise<void> {
    const hash = hashToken(grantId);
    // A sign-in under way only names the grant there was; it goes on and makes another.
    await tx.query(
      `DELETE FROM oidc_records
       WHERE (grant_hash = $1 AND model <> 'Interaction') OR (model = 'Grant' AND id_hash = $1)`,
      [hash],
    );
    await this.revokeTokens(tx, grantId);
  }

  /** Ends everything of an account: grants, what came from them, and where it is signed in on our pages. */
  async endAll(tx: EntityManager, accountId: string): Promise<void> {
    const [account] = await tx.query<{ uid: string }[]>('SELECT uid FROM accounts WHERE id = $1', [accountId]);
    for (const grantId of await this.records.grantIdsOf(tx, account.uid)) await this.revokeIn(tx, grantId);
    await tx.query('DELETE FROM oidc_records WHERE account_uid = $1', [account.uid]);
  }

  /** Refuses one access token by its `jti`, or all of a grant by its id. */
  async revokeTokens(tx: EntityManager, id: string): Promise<void> {
    await this.revocations.revoke(tx, id, new Date(Date.now() + LONGEST_ACCESS_TOKEN_MS));
  }

  async revokeToken(jti: string): Promise<void> {
    await this.database.transaction((tx) => this.revokeTokens(tx, jti));
  }
}
