import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Config } from '../config/config.js';
import { Mailer } from '../infra/mail/mailer.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import { type MessageName, type MessageParameters, TEXTS } from './messages.js';
import { renderMail } from './render-mail.js';

export interface Recipient {
  uid: string;
  /** The stored address, never one that a request just brought along. */
  email: string;
}

/** A message that only says what happened to the security of an account, and when. */
export type SecurityNotice = {
  [Name in MessageName]: { at: string } extends MessageParameters[Name] ? Name : never;
}[MessageName];

const TASK = 'notifications.deliver';

/** What a job carries. */
interface Delivery {
  id: string;
  to: string;
  name: MessageName;
  parameters: MessageParameters[MessageName];
  /** Milliseconds since the epoch; later than this the message is of no use and is dropped. */
  expiresAt: number | null;
}

export interface SendOptions {
  /** After this the message is not sent any more, so that nobody gets a dead link. */
  expiresAt?: Date;
  /** A newer message of this kind to the same account takes the place of one that still waits. */
  replaces?: boolean;
}

/** Which message goes to whom. */
@Injectable()
export class NotificationsService implements OnModuleInit {
  private readonly logger = new Logger('Notifications');

  constructor(
    private readonly config: Config,
    private readonly queue: JobQueue,
    private readonly worker: JobWorker,
    private readonly mailer: Mailer,
  ) {}

  onModuleInit(): void {
    this.worker.handle(TASK, (payload) => this.deliver(payload as Delivery));
  }

  confirmEmail(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { link: this.link('confirm', 'confirmation_token', token) };
    return this.send(tx, to, 'confirmEmail', parameters, { expiresAt, replaces: true });
  }

  /** Instead of a confirmation, where a sign-up must not tell whether an address is taken. */
  alreadyRegistered(tx: EntityManager, to: Recipient): Promise<void> {
    const { publicUrl } = this.config;
    const parameters = { signInLink: `${publicUrl}/sign-in`, resetLink: `${publicUrl}/forgot-password` };
    return this.send(tx, to, 'alreadyRegistered', parameters, { replaces: true });
  }

  resetPassword(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { link: this.link('reset-password', 'reset_password_token', token) };
    return this.send(tx, to, 'resetPassword', parameters, { expiresAt, replaces: true });
  }

  /** @param to the address that is to be confirmed, in the copy that the link's row holds */
  confirmEmailChange(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { link: this.link('confirm-email', 'email_change_token', token) };
    return this.send(tx, to, 'confirmEmailChange', parameters, { expiresAt, replaces: true });
  }

  /** @param to the address that the account had until now */
  emailChanged(tx: EntityManager, to: Recipient, token: string, expiresAt: Date): Promise<void> {
    const parameters = { at: minuteOfNow(), link: this.link('revert-email', 'email_revert_token', token) };
    return this.send(tx, to, 'emailChanged', parameters, { expiresAt });
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
    return this.send(tx, to, 'signInLocked', parameters, { expiresAt, replaces: true });
  }

  securityNotice(tx: EntityManager, to: Recipient, name: SecurityNotice): Promise<void> {
    return this.send(tx, to, name, { at: minuteOfNow() });
  }

  recoveryCodeUsed(tx: EntityManager, to: Recipient, left: number): Promise<void> {
    return this.send(tx, to, 'recoveryCodeUsed', { at: minuteOfNow(), left });
  }

  /** @param application its name */
  refreshTokenReused(tx: EntityManager, to: Recipient, application: string): Promise<void> {
    return this.send(tx, to, 'refreshTokenReused', { at: minuteOfNow(), application });
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
    };
    await this.queue.add(tx, TASK, delivery, options.replaces ? { key: `${name}:${to.uid}` } : {});
  }

  private async deliver(delivery: Delivery): Promise<void> {
    if (delivery.expiresAt !== null && delivery.expiresAt <= Date.now()) {
      this.logger.warn({ msg: 'message expired before it could be sent', message: delivery.name });
      return;
    }
    const compose = TEXTS[delivery.name] as (
      app: string,
      parameters: unknown,
    ) => ReturnType<(typeof TEXTS)[MessageName]>;
    const message = compose(this.config.appName, delivery.parameters);
    await this.mailer.send({
      id: delivery.id,
      to: delivery.to,
      subject: message.subject,
      ...renderMail(message, this.config.appName),
    });
  }
}

function minuteOfNow(): string {
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
