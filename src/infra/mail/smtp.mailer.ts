import { createTransport, type Transporter } from 'nodemailer';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { type Mail, Mailer } from './mailer.js';

const TIMEOUT_MS = 10_000;
/** So long nothing is tried after a time-out: mails come again later, and the workers are free for everything else. */
const REST_MS = 15_000;

/** SMTP through nodemailer, on kept connections. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter;
  private readonly messageIdDomain: string;
  /** Milliseconds since the epoch. Of this process alone: it only saves time. */
  private restsUntil = 0;

  constructor(
    smtpUrl: string,
    private readonly config: Config,
    private readonly now: () => number = Date.now,
  ) {
    super();
    this.messageIdDomain = new URL(config.publicUrl).hostname;
    this.transport = createTransport(withTimeouts(smtpUrl));
  }

  async send(mail: Mail): Promise<void> {
    if (this.restsUntil > this.now())
      throw Object.assign(new Error('the mail server was silent'), { code: 'ERESTING' });
    try {
      await this.handOver(mail);
    } catch (error) {
      if ((error as { code?: string }).code === 'ETIMEDOUT') this.restsUntil = this.now() + REST_MS;
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }

  private async handOver(mail: Mail): Promise<void> {
    await this.transport.sendMail({
      messageId: `<${mail.id}@${this.messageIdDomain}>`,
      from: this.config.mailFrom,
      // An object, never a string: an address is not parsed a second time (CONTROLS C-56).
      to: { name: '', address: mail.to },
      subject: mail.subject.replace(/[\r\n]+/g, ' '),
      text: mail.text,
      html: mail.html,
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }
}

function withTimeouts(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  for (const [name, value] of [
    ['pool', 'true'],
    ['maxConnections', '2'],
    ['dnsTimeout', String(TIMEOUT_MS)],
    ['connectionTimeout', String(TIMEOUT_MS)],
    ['greetingTimeout', String(TIMEOUT_MS)],
    ['socketTimeout', String(TIMEOUT_MS)],
  ] as const) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.toString();
}
