import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { MailMayHaveBeenSent, Mailer } from '../infra/mail/mailer.js';
import { countDelivery, mails } from '../infra/metrics/metrics.js';
import { type Job, JobWorker } from '../infra/queue/job-worker.service.js';
import { type LinkMessage, type MessageName, type MessageParameters, type MessageText, TEXTS } from './messages.js';
import { renderMail } from './render-mail.js';

export const DELIVER = 'notifications.deliver';

/** What a job carries. */
export interface Delivery {
  id: string;
  to: string;
  name: MessageName;
  parameters: MessageParameters[MessageName];
  /** Milliseconds since the epoch; later than this the message is of no use and is dropped. */
  expiresAt: number | null;
  /** In hex; of the token in its link, when it dies before it expires. */
  tokenHash?: string;
}

/** Whether the link with this token still opens what it is for. */
export type LinkCheck = (tokenHash: Buffer) => Promise<boolean>;

/** Writes mails and hands them over, in jobs. */
@Injectable()
export class MessageDeliveries implements OnModuleInit {
  private readonly logger = new Logger('Notifications');
  private readonly checks = new Map<MessageName, LinkCheck>();

  constructor(
    private readonly config: Config,
    private readonly worker: JobWorker,
    private readonly mailer: Mailer,
  ) {}

  onModuleInit(): void {
    this.worker.handle(DELIVER, (payload, job) => this.deliver(payload as Delivery, job));
  }

  check(name: LinkMessage, isAlive: LinkCheck): void {
    this.checks.set(name, isAlive);
  }

  /** Looks last whether the link is still alive: nobody gets a dead one (CONTROLS C-85). */
  private async deliver(delivery: Delivery, job: Job): Promise<void> {
    const { name, expiresAt, tokenHash } = delivery;
    if (expiresAt !== null && expiresAt <= Date.now()) {
      this.logger.warn({ msg: 'message expired before it could be sent', message: name });
      return;
    }
    if (tokenHash !== undefined && !(await this.isAlive(name, Buffer.from(tokenHash, 'hex')))) {
      this.logger.log({ msg: 'message not sent: its link is dead', message: name });
      return;
    }
    await this.send(delivery, job);
  }

  /** Where nobody can tell whether a mail was taken, it is sent once more: at most one duplicate (CONTROLS C-86). */
  private async send(delivery: Delivery, { attempt, lastFailure }: Job): Promise<void> {
    const wasUnclear = lastFailure?.split(' ')[0] === MailMayHaveBeenSent.name;
    try {
      await countDelivery(mails, this.mailer.send(this.write(delivery)));
    } catch (error) {
      if (!wasUnclear) throw error;
      // What the queue keeps of the last failure is all that the next try knows of this one.
      if (!(error instanceof MailMayHaveBeenSent)) throw new MailMayHaveBeenSent(error);
      this.logger.warn({
        msg: 'mail may have been sent twice; it is not tried again',
        message: delivery.name,
        mail: delivery.id,
        attempt,
      });
    }
  }

  private isAlive(name: MessageName, tokenHash: Buffer): Promise<boolean> {
    const check = this.checks.get(name);
    if (!check) throw new Error(`nobody can tell whether a link of ${name} is alive`);
    return check(tokenHash);
  }

  private write({ id, to, name, parameters }: Delivery) {
    const compose = TEXTS[name] as (app: string, parameters: unknown) => MessageText;
    const message = compose(this.config.appName, parameters);
    return { id, to, subject: message.subject, ...renderMail(message, this.config.appName) };
  }
}
