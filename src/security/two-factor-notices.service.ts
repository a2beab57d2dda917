import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { NotificationsService, type SecurityNotice } from '../notifications/notifications.service.js';

/** Whose second factor it is. */
export interface FactorOwner {
  id: string;
  uid: string;
  /** The stored address. */
  email: string;
}

/** What the audit log keeps of the second factor and what its owner hears, in the transaction in which it happens. */
@Injectable()
export class TwoFactorNotices {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
  ) {}

  async enabled(tx: EntityManager, owner: FactorOwner, origin: RequestOrigin): Promise<void> {
    await this.record(tx, 'otp.enabled', owner, origin);
    await this.notifications.securityNotice(tx, owner, 'twoFactorEnabled');
  }

  async disabled(tx: EntityManager, owner: FactorOwner, origin: RequestOrigin): Promise<void> {
    await this.record(tx, 'otp.disabled', owner, origin);
    await this.notifications.securityNotice(tx, owner, 'twoFactorDisabled');
  }

  async recoveryCodesReplaced(tx: EntityManager, owner: FactorOwner, origin: RequestOrigin): Promise<void> {
    await this.record(tx, 'recovery_codes.replaced', owner, origin);
    await this.notifications.securityNotice(tx, owner, 'recoveryCodesReplaced');
  }

  async recoveryCodeUsed(
    tx: EntityManager,
    owner: FactorOwner,
    left: number,
    origin: RequestOrigin | undefined,
  ): Promise<void> {
    await this.record(tx, 'recovery_code.used', owner, origin, { left });
    await this.notifications.recoveryCodeUsed(tx, owner, left);
  }

  async failed(tx: EntityManager, owner: FactorOwner, kind: string, origin: RequestOrigin | undefined): Promise<void> {
    await this.audit.record(tx, { action: 'otp.failed', actor: null, target: owner.uid, origin, details: { kind } });
  }

  async budgetSpent(
    tx: EntityManager,
    owner: FactorOwner,
    kind: string,
    origin: RequestOrigin | undefined,
  ): Promise<void> {
    const details = { kind };
    await this.audit.record(tx, { action: 'otp.budget_spent', actor: null, target: owner.uid, origin, details });
    await this.notifications.securityNotice(tx, owner, 'tooManyWrongCodes');
  }

  /** @param staff uid */
  async staffDid(
    tx: EntityManager,
    action: 'otp_recovery.requested' | 'otp_recovery.approved',
    { staff, owner, origin }: { staff: string; owner: FactorOwner; origin: RequestOrigin },
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.record(tx, { action, actor: staff, target: owner.uid, origin, details });
    const notice: SecurityNotice = action === 'otp_recovery.requested' ? 'otpRecoveryRequested' : 'otpRecovered';
    await this.notifications.securityNotice(tx, owner, notice);
  }

  private record(
    tx: EntityManager,
    action: string,
    { uid }: FactorOwner,
    origin: RequestOrigin | undefined,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    return this.audit.record(tx, { action, actor: uid, target: uid, origin, details });
  }
}
