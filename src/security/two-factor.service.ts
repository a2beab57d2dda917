import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { isTotpCode } from '../infra/crypto/totp.js';
import { Database } from '../infra/database/database.service.js';
import { OtpAttempts } from './otp-attempts.service.js';
import { OtpSecrets, type ProvenEnrolment } from './otp-secrets.service.js';
import { RecoveryCodes } from './recovery-codes.service.js';
import { SecurityErrors } from './security.errors.js';
import { type FactorOwner, TwoFactorNotices } from './two-factor-notices.service.js';

/** Joins the transaction in which a second factor is turned on. */
export type EnabledListener = (tx: EntityManager, accountId: string, currentSessionId: string) => Promise<void>;

/** The second factor turned on and off, and its recovery codes made anew. */
@Injectable()
export class TwoFactorService {
  private readonly listeners: EnabledListener[] = [];

  constructor(
    private readonly database: Database,
    private readonly secrets: OtpSecrets,
    private readonly attempts: OtpAttempts,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly notices: TwoFactorNotices,
  ) {}

  /**
   * Whoever keeps sessions registers here to end the others when the factor is turned on (CONTROLS C-20): they were
   * opened without it, and their tables are not ours.
   */
  onEnabled(listener: EnabledListener): void {
    this.listeners.push(listener);
  }

  /**
   * Turns the factor on with a code of the pending secret. The caller's session lives on as it is, its `amr` too.
   * @returns the recovery codes, to be shown this one time
   * @throws AppError 400 when it is on already, 422 for a wrong code or without a pending secret, 429
   */
  async enable(principal: Principal, code: string, origin: RequestOrigin): Promise<string[]> {
    const { account, sessionId } = principal;
    if (account.otpEnabled) throw SecurityErrors.alreadyEnabled();
    const enrolment = await this.prove(account, code, origin);
    if (!enrolment) throw SecurityErrors.invalidCode();
    return this.database.transaction(async (tx) => {
      await this.secrets.activate(tx, account.id, enrolment);
      const codes = await this.recoveryCodes.replace(tx, account.id);
      for (const listener of this.listeners) await listener(tx, account.id, sessionId);
      await this.notices.enabled(tx, account, origin);
      return codes;
    });
  }

  private async prove(owner: FactorOwner, code: string, origin: RequestOrigin): Promise<ProvenEnrolment | undefined> {
    const pending = isTotpCode(code) ? await this.secrets.findPending(owner.id) : undefined;
    if (!pending) return undefined;
    return this.attempts.attempt(owner, 'otp', origin, async () => this.secrets.prove(owner.id, pending, code));
  }

  /** Turns the factor off; the caller has proved password and code. @throws AppError 400 when it is off already */
  async disable(principal: Principal, origin: RequestOrigin): Promise<void> {
    const { account } = principal;
    await this.database.transaction(async (tx) => {
      if (!(await this.remove(tx, account.id))) throw SecurityErrors.notEnabled();
      await this.notices.disabled(tx, account, origin);
    });
  }

  /** A new set in the place of the old one; the caller has proved password and code. @throws AppError 400 when off */
  async replaceRecoveryCodes(principal: Principal, origin: RequestOrigin): Promise<string[]> {
    const { account } = principal;
    return this.database.transaction(async (tx) => {
      if (!(await this.secrets.hold(tx, account.id))) throw SecurityErrors.notEnabled();
      const codes = await this.recoveryCodes.replace(tx, account.id);
      await this.notices.recoveryCodesReplaced(tx, account, origin);
      return codes;
    });
  }

  /** Removes everything of the factor but the count of wrong codes. @returns false when there was none */
  async remove(tx: EntityManager, accountId: string): Promise<boolean> {
    if (!(await this.secrets.remove(tx, accountId))) return false;
    await this.recoveryCodes.remove(tx, accountId);
    return true;
  }
}
