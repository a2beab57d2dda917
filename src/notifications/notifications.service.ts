import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Config } from '../config/config.js';
import { hashToken } from '../infra/crypto/random-token.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { DELIVER, type Delivery, type LinkCheck, MessageDeliveries } from './message-deliveries.service.js';
import type { LinkMessage, MessageName, MessageParameters } from './messages.js';
import { plainName } from './plain-name.js';

export interface Recipient {
  uid: string;
  /** The stored address, never one that a request just brought along. */
  email: string;
}

/** A message that only says what happened to the security of an account, and when. */
export type SecurityNotice = {
  [Name in MessageName]: { at: string } extends MessageParameters[Name] ? Name : never;
}[MessageName];

export interface SendOptions {
  /** After this the message is not sent any more, so that nobody gets a dead link. */
  expiresAt?: Date;
  /** A newer message of this kind to the same account takes the place of one that still waits. */
  replaces?: boolean;
  /** Of the link: whether it is still alive is looked at before the message is sent. */
  token?: string;
}

/** Which message goes to whom. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly config: Config,
    private readonly queue: JobQueue,
    private readonly deliveries: MessageDeliveries,
  ) {}

  /** Whoever owns the links of a message says, in onModuleInit, which of them are alive; a dead one is not sent. */
  sendOnlyWhile(name: LinkMessage, isAlive: LinkCheck): void {
    this.deliveries.check(name, isAlive);
  }

  confirmEmail(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { link: this.link('confirm', 'confirmation_token', token) };
    return this.send(tx, to, 'confirmEmail', parameters, { expiresAt, token, replaces: true });
  }

  /** Instead of a confirmation, where a sign-up must not tell whether an address is taken. */
  alreadyRegistered(tx: EntityManager, to: Recipient): Promise<void> {
    const { publicUrl } = this.config;
    const parameters = { signInLink: `${publicUrl}/sign-in`, resetLink: `${publicUrl}/forgot-password` };
    return this.send(tx, to, 'alreadyRegistered', parameters, { replaces: true });
  }

  resetPassword(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { link: this.link('reset-password', 'reset_password_token', token) };
    return this.send(tx, to, 'resetPassword', parameters, { expiresAt, token, replaces: true });
  }

  /** @param to the address that is to be confirmed, in the copy that the link's row holds */
  confirmEmailChange(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { link: this.link('confirm-email', 'email_change_token', token) };
    return this.send(tx, to, 'confirmEmailChange', parameters, { expiresAt, token, replaces: true });
  }

  /** @param to the address that the account had until now */
  emailChanged(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { at: minuteOfNow(), link: this.link('revert-email', 'email_revert_token', token) };
    return this.send(tx, to, 'emailChanged', parameters, { expiresAt, token });
  }

  identityApproved(tx: EntityManager, to: Recipient): Promise<void> {
    return this.send(tx, to, 'identityApproved', {});
  }

  /** @param reason in the reviewer's own words */
  identityRejected(tx: EntityManager, to: Recipient, reason: string): Promise<void> {
    return this.send(tx, to, 'identityRejected', { reason, link: this.config.publicUrl });
  }

  passwordChanged(tx: EntityManager, to: Recipient): Promise<void> {
    return this.securityNotice(tx, to, 'passwordChanged');
  }

  /** After too many wrong passwords; the link lets people try again. */
  signInLocked(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { link: this.link('unlock', 'unlock_token', token) };
    return this.send(tx, to, 'signInLocked', parameters, { expiresAt, token, replaces: true });
  }

  securityNotice(tx: EntityManager, to: Recipient, name: SecurityNotice): Promise<void> {
    return this.send(tx, to, name, { at: minuteOfNow() });
  }

  recoveryCodeUsed(tx: EntityManager, to: Recipient, left: number): Promise<void> {
    return this.send(tx, to, 'recoveryCodeUsed', { at: minuteOfNow(), left });
  }

  /** @param application its name */
  refreshTokenReused(tx: EntityManager, to: Recipient, application: string): Promise<void> {
    const parameters = { at: minuteOfNow(), application: plainName(application) };
    return this.send(tx, to, 'refreshTokenReused', parameters);
  }

  private link(path: string, parameter: string, token: string): string {
    return `${this.config.publicUrl}/${path}?${parameter}=${token}`;
  }

  private async send<Name extends MessageName>(
    tx: EntityManager,
    to: Recipient,
    name: Name,
    parameters: MessageParameters[Name],
    options: SendOptions = {},
  ): Promise<void> {
    const delivery: Delivery = {
      id: randomUUID(),
      to: to.email,
      name,
      parameters,
      expiresAt: options.expiresAt?.getTime() ?? null,
      ...(options.token !== undefined && { tokenHash: hashToken(options.token).toString('hex') }),
    };
    await this.queue.add(tx, DELIVER, delivery, options.replaces ? { key: `${name}:${to.uid}` } : {});
  }
}

function minuteOfNow(): string {
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
