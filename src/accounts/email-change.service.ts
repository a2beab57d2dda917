import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RequestOrigin } from '../common/request-origin.js';
import { hashToken, newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { CredentialsService } from './credentials.service.js';
import { EmailChangeErrors } from './email-change.errors.js';
import { EmailMoves, type Move } from './email-moves.service.js';

const REVERT_SECONDS = 72 * 3600;

/** A change of the password ends a link that was sent before it, as it ends links of resets. */
const REDEEM_CHANGE = `
  WITH redeemed AS (
    DELETE FROM email_changes USING accounts, credentials
    WHERE token_hash = $1 AND expires_at > now() AND email_changes.created_at > credentials.updated_at
      AND accounts.id = email_changes.account_id AND accounts.state = 'active' AND credentials.account_id = accounts.id
    RETURNING email_changes.account_id, uid, email AS before, new_email AS after)
  SELECT * FROM redeemed`;

/** A thief changes the password too, so that does not end it. What the same link would undo later goes with it. */
const REDEEM_REVERT = `
  WITH redeemed AS (
    SELECT email_reverts.id, account_id, uid, email AS before, old_email AS after
    FROM email_reverts JOIN accounts ON accounts.id = account_id
    WHERE token_hash = $1 AND expires_at > now() AND state <> 'banned'),
  gone AS (
    DELETE FROM email_reverts USING redeemed
    WHERE email_reverts.account_id = redeemed.account_id AND email_reverts.id >= redeemed.id RETURNING 1)
  SELECT account_id, uid, before, after FROM redeemed WHERE EXISTS (SELECT 1 FROM gone)`;

/** Moves an account to another address by the link that was sent there, and back by the link sent to the old one. */
@Injectable()
export class EmailChangeService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialsService,
    private readonly notifications: NotificationsService,
    private readonly moves: EmailMoves,
  ) {}

  onModuleInit(): void {
    this.notifications.sendOnlyWhile('emailChanged', (tokenHash) => this.isRevertible(tokenHash));
  }

  /**
   * The new address is the login from now on; the old one gets a link that takes the change back for 72 hours.
   * @throws AppError 422 for an unknown, used or expired token, or when the address has an account by now
   */
  async confirm(token: string, origin: RequestOrigin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const move = await redeem(tx, 'email_changes', REDEEM_CHANGE, token);
      await this.moves.carryOut(tx, move, 'email.changed', origin);
      const { token: way, hash } = newToken();
      const [row] = await tx.query<[{ expires_at: Date }]>(
        `INSERT INTO email_reverts (account_id, old_email, token_hash, expires_at)
         VALUES ($1, $2, $3, now() + make_interval(secs => $4)) RETURNING expires_at`,
        [move.account_id, move.before, hash, REVERT_SECONDS],
      );
      await this.notifications.emailChanged(tx, { uid: move.uid, email: move.before }, way, row.expires_at);
    });
  }

  /**
   * The old address is the login again. Whoever had changed it may know the password and have added a passkey, so
   * neither is good any more: the owner sets a new password by the old address.
   * @throws AppError 422 for an unknown, used or expired token, or when the address has an account by now
   */
  async revert(token: string, origin: RequestOrigin): Promise<void> {
    // Looking first only spares the hash; the redemption decides.
    if (!(await this.isRevertible(hashToken(token)))) throw EmailChangeErrors.invalidToken();
    const unusable = await this.credentials.unusableHash();
    await this.database.transaction(async (tx) => {
      const move = await redeem(tx, 'email_reverts', REDEEM_REVERT, token);
      await this.moves.removeSquatter(tx, move, origin);
      await this.moves.carryOut(tx, move, 'email.reverted', origin);
      await this.credentials.replace(tx, move.account_id, unusable);
      await this.credentials.reclaim(tx, move.account_id);
      await tx.query('DELETE FROM email_changes WHERE account_id = $1', [move.account_id]);
      // Who is the thief, and of which mailbox, nobody here knows: both are told.
      for (const email of new Set([move.after, move.before])) {
        await this.notifications.securityNotice(tx, { uid: move.uid, email }, 'emailReverted');
      }
    });
  }

  private async isRevertible(tokenHash: Buffer): Promise<boolean> {
    const sql = 'SELECT 1 FROM email_reverts WHERE token_hash = $1 AND expires_at > now()';
    return (await this.database.query('revertible', sql, [tokenHash])).length > 0;
  }
}

/** The account is held first, always in this order, so that of parallel calls exactly one finds the token. */
async function redeem(tx: EntityManager, table: string, sql: string, token: string): Promise<Move> {
  const hash = hashToken(token);
  await tx.query(
    `SELECT 1 FROM accounts WHERE id = (SELECT account_id FROM ${table} WHERE token_hash = $1) FOR UPDATE`,
    [hash],
  );
  const [move] = await tx.query<Move[]>(sql, [hash]);
  if (!move) throw EmailChangeErrors.invalidToken();
  return move;
}
