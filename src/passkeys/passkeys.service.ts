import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CredentialsService } from '../accounts/credentials.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { PasskeyErrors } from './passkeys.errors.js';

/** A passkey as its owner sees it. */
export interface Passkey {
  id: string;
  name: string;
  /** Kept by the maker of the device for all devices of the person. */
  synced: boolean;
  created_at: Date;
  last_used_at: Date | null;
}

export const MOST_PASSKEYS = 10;
/** Longest name, in UTF-16 units. */
export const LONGEST_PASSKEY_NAME = 64;

const COLUMNS = 'id, name, is_synced AS synced, created_at, last_used_at';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The passkeys of an account, in the hands of its owner; the caller has asked for a fresh sign-in. */
@Injectable()
export class PasskeysService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
    private readonly credentials: CredentialsService,
  ) {}

  onModuleInit(): void {
    this.credentials.onReclaimed((tx, accountId) =>
      tx.query('DELETE FROM passkeys WHERE account_id = $1', [accountId]),
    );
  }

  /** Oldest first. */
  listOf(accountId: string): Promise<Passkey[]> {
    const sql = `SELECT ${COLUMNS} FROM passkeys WHERE account_id = $1 ORDER BY created_at, id`;
    return this.database.query<Passkey>('passkeys-of-account', sql, [accountId]);
  }

  /** @throws AppError 404, also for another person's */
  async get({ account }: Principal, id: string): Promise<Passkey> {
    if (!UUID.test(id)) throw PasskeyErrors.notFound();
    const sql = `SELECT ${COLUMNS} FROM passkeys WHERE account_id = $1 AND id = $2`;
    const [passkey] = await this.database.query<Passkey>('find-passkey', sql, [account.id, id]);
    if (!passkey) throw PasskeyErrors.notFound();
    return passkey;
  }

  /** @throws AppError 404 */
  async rename({ account }: Principal, id: string, name: string, origin: RequestOrigin): Promise<void> {
    if (!UUID.test(id)) throw PasskeyErrors.notFound();
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[unknown[], number]>(
        'UPDATE passkeys SET name = $3 WHERE account_id = $1 AND id = $2 RETURNING id',
        [account.id, id, name],
      );
      if (rows.length === 0) throw PasskeyErrors.notFound();
      await this.record(tx, 'passkey.renamed', account.uid, id, origin);
    });
  }

  /** It signs nobody in any more; its owner is told. @throws AppError 404 */
  async remove({ account }: Principal, id: string, origin: RequestOrigin): Promise<void> {
    if (!UUID.test(id)) throw PasskeyErrors.notFound();
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[unknown[], number]>(
        'DELETE FROM passkeys WHERE account_id = $1 AND id = $2 RETURNING id',
        [account.id, id],
      );
      if (rows.length === 0) throw PasskeyErrors.notFound();
      await this.record(tx, 'passkey.removed', account.uid, id, origin);
      await this.notifications.securityNotice(tx, account, 'passkeyRemoved');
    });
  }

  private record(tx: EntityManager, action: string, uid: string, id: string, origin: RequestOrigin): Promise<void> {
    return this.audit.record(tx, { action, actor: uid, target: uid, origin, details: { passkey: id } });
  }
}
