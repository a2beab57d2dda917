import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppError } from '../common/app-error.js';
import type { Principal } from '../common/principal.js';
import { Config } from '../config/config.js';
import { newToken } from '../infra/crypto/random-token.js';
import { BreachedPasswords } from '../infra/breached-passwords/breached-passwords.service.js';
import { PasswordHasher } from '../infra/crypto/password-hasher.service.js';
import { Database } from '../infra/database/database.service.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { AccountErrors } from './accounts.errors.js';
import { passwordProblems, TOO_COMMON } from './password-policy.js';

/** A thief of a session does not get to guess the password (CONTROLS C-16). */
const WRONG_PASSWORDS: Limit = { name: 'password-again', points: 5, seconds: 900 };

/** Joins the transaction in which an account is given back to its owner. */
export type ReclaimedListener = (tx: EntityManager, accountId: string) => Promise<unknown>;

/** Ends the session of somebody who gave too many wrong passwords; there may be several calls for one session. */
export type GuessedListener = (principal: Principal) => Promise<unknown>;

/** Passwords of accounts: checked, judged and set here and nowhere else. */
@Injectable()
export class CredentialsService {
  private readonly reclaimed: ReclaimedListener[] = [];
  private readonly guessed: GuessedListener[] = [];

  constructor(
    private readonly config: Config,
    private readonly hasher: PasswordHasher,
    private readonly database: Database,
    private readonly limits: RateLimits,
    private readonly breached: BreachedPasswords,
  ) {}

  /** What we can tell by ourselves to be wrong with a password that somebody wants; see password-policy.ts. */
  problemsWith(password: string, email: string | null): string[] {
    const { appName, publicUrl } = this.config;
    return passwordProblems(password, [appName, new URL(publicUrl).hostname, ...(email === null ? [] : [email])]);
  }

  /**
   * Asks the breach service too, so callers count first.
   * @throws AppError 422 for a weak password, 503 when too much waits to be hashed
   */
  async hashAcceptable(password: string, email: string, refusal = AccountErrors.weakPassword): Promise<string> {
    const problems = this.problemsWith(password, email);
    if (problems.length > 0) throw refusal(problems);
    this.hasher.assertCapacity();
    if (await this.breached.has(password)) throw refusal([TOO_COMMON]);
    return this.hasher.hash(password);
  }

  async hashOf(accountId: string): Promise<string | undefined> {
    const rows = await this.database.query<{ password_hash: string }>(
      'credentials-of-account',
      'SELECT password_hash FROM credentials WHERE account_id = $1',
      [accountId],
    );
    return rows[0]?.password_hash;
  }

  /**
   * Whether the password is the account's, asked of somebody who is signed in; takes as long as any other check.
   * @returns the hash that it was checked against; undefined for a wrong password
   * @throws AppError 429 after too many wrong ones, and the caller's session is over; 503, which counts for nothing
   */
  async matches(principal: Principal, password: string): Promise<string | undefined> {
    const { id } = principal.account;
    this.hasher.assertCapacity();
    await this.countTry(principal);
    const { hash, valid, outdated } = await this.judge(id, password);
    if (!valid || hash === undefined) return undefined;
    await this.limits.giveBack(WRONG_PASSWORDS, id);
    return outdated ? this.rehash(id, password, hash) : hash;
  }

  /** Whoever guesses is not the owner, or had better sign in anew (CONTROLS C-16). */
  private async countTry(principal: Principal): Promise<void> {
    try {
      await this.limits.take(WRONG_PASSWORDS, principal.account.id);
    } catch (error) {
      if (error instanceof AppError && error.status === 429) {
        for (const listener of this.guessed) await listener(principal);
      }
      throw error;
    }
  }

  /** What could not be judged was no wrong password. */
  private async judge(accountId: string, password: string) {
    try {
      const hash = await this.hashOf(accountId);
      return { hash, ...(await this.hasher.verify(password, hash)) };
    } catch (error) {
      await this.limits.giveBack(WRONG_PASSWORDS, accountId).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Puts a new hash in the place of the one that was checked, and ends every token of the account.
   * @param replacing the hash that the caller checked; undefined when a reset token stood in for it
   * @returns false when the password was changed meanwhile and nothing was done
   */
  async replace(tx: EntityManager, accountId: string, hash: string, replacing?: string): Promise<boolean> {
    const [rows] = await tx.query<[unknown[], number]>(
      `UPDATE credentials SET password_hash = $2, updated_at = now()
       WHERE account_id = $1 AND ($3::text IS NULL OR password_hash = $3) RETURNING account_id`,
      [accountId, hash, replacing ?? null],
    );
    if (rows.length === 0) return false;
    await this.endTokens(tx, accountId);
    return true;
  }

  /** Whoever keeps another way to sign in registers here to take it away when a thief may have put it there. */
  onReclaimed(listener: ReclaimedListener): void {
    this.reclaimed.push(listener);
  }

  /** Whoever keeps sessions registers here to end the one from which a password was guessed at. */
  onGuessed(listener: GuessedListener): void {
    this.guessed.push(listener);
  }

  /** The account goes back to its owner: every token is dead, and every way to sign in but the password. */
  async reclaim(tx: EntityManager, accountId: string): Promise<void> {
    await this.endTokens(tx, accountId);
    for (const listener of this.reclaimed) await listener(tx, accountId);
  }

  /** A hash that no password has, for an account whose password may be somebody else's. */
  unusableHash(): Promise<string> {
    return this.hasher.hash(newToken().token);
  }

  /**
   * The same password under the present scheme and cost; whoever is signed in stays so.
   * @returns the hash that holds now, or undefined when the password was changed meanwhile
   */
  async rehash(accountId: string, password: string, outdated: string): Promise<string | undefined> {
    const hash = await this.hasher.hash(password);
    const rows = await this.database.query(
      'credentials-rehash',
      'UPDATE credentials SET password_hash = $2 WHERE account_id = $1 AND password_hash = $3 RETURNING 1',
      [accountId, hash, outdated],
    );
    if (rows.length > 0) return hash;
    // A parallel sign-in was first with the same password, or a change with another.
    const present = await this.hashOf(accountId);
    return (await this.hasher.verify(password, present)).valid ? present : undefined;
  }

  /**
   * Ends every token of an account at once. The time moves on by at least a second each time, since tokens tell
   * theirs in whole seconds: one that was issued just before must not pass for one issued just after. The clock is
   * read when the row is ours, not when the transaction began: tokens may have been issued in between.
   */
  async endTokens(tx: EntityManager, accountId: string): Promise<void> {
    await tx.query(
      `UPDATE accounts SET updated_at = now(),
         tokens_valid_after = greatest(date_trunc('second', clock_timestamp()), tokens_valid_after) + interval '1 second'
       WHERE id = $1`,
      [accountId],
    );
  }
}
