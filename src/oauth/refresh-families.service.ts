import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AuditService } from '../audit/audit.service.js';
import { originOf } from '../common/request-origin.js';
import { Config } from '../config/config.js';
import { oldestOf } from '../config/secret-key.js';
import { deriveKey } from '../infra/crypto/derived-keys.js';
import { hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { GrantsService } from './grants.service.js';
import { Provider } from './oidc-library.js';
import { successorOf } from './refresh-rotation.js';

interface EndedRow {
  uid: string;
  email: string;
  application: string;
  name: string;
}

/** Whoever deletes the grant's own record has ended the family; to everybody after that it is gone. */
const END = `
  WITH ended AS (
    DELETE FROM oidc_records WHERE model = 'Grant' AND id_hash = $1 RETURNING account_uid, client_id
  )
  SELECT accounts.uid, accounts.email, applications.uid AS application, applications.name
  FROM ended
  JOIN accounts ON accounts.uid = ended.account_uid
  JOIN applications ON applications.uid = ended.client_id`;

/** Refresh tokens that follow each other from one agreement: which comes next, and how a family ends (C-36). */
@Injectable()
export class RefreshFamilies {
  private readonly rotationKey: Buffer;

  constructor(
    config: Config,
    private readonly database: Database,
    private readonly grants: GrantsService,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
  ) {
    this.rotationKey = deriveKey(oldestOf(config.secretKeys), 'refresh-token');
  }

  /** The token that follows a refresh token. */
  successorOf(refreshToken: string): string {
    return successorOf(refreshToken, this.rotationKey);
  }

  /** Ends a grant; when a used refresh token is why, the owner hears of it, once. */
  async end(grantId: string): Promise<void> {
    await (isReuseInHand() ? this.endAfterReuse(grantId) : this.grants.revoke(grantId));
  }

  private async endAfterReuse(grantId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [ended] = await tx.query<EndedRow[]>(END, [hashToken(grantId)]);
      await this.grants.revokeIn(tx, grantId);
      if (!ended) return;
      const { uid, application, name } = ended;
      await this.notifications.refreshTokenReused(tx, ended, name);
      await this.audit.record(tx, {
        action: 'oauth.refresh_token_reused',
        actor: null,
        target: uid,
        ...(Provider.ctx && { origin: originOf(Provider.ctx.req as Request) }),
        details: { application },
      });
    });
  }
}

/** Whether the request that is answered now shows a used refresh token, and has passed every other check. */
export function isReuseInHand(): boolean {
  const { ctx } = Provider;
  return ctx?.oidc.route === 'token' && ctx.oidc.entities.RefreshToken?.consumed !== undefined;
}
