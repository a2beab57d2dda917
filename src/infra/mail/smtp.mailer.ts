import { createTransport, type Transporter } from 'nodemailer';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { type Mail, Mailer } from './mailer.js';

const TIMEOUT_MS = 10_000;

/** SMTP through nodemailer, on kept connections. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter;
  private readonly messageIdDomain: string;

  constructor(
    smtpUrl: string,
    private readonly config: Config,
  ) {
    super();
    this.messageIdDomain = new URL(config.publicUrl).hostname;
    this.transport = createTransport(withTimeouts(smtpUrl));
  }

  async send(mail: Mail): Promise<void> {
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

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

function withTimeouts(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  for (const [name, value] of [
    ['pool', 'true'],
    ['maxConnections', '2'],
    ['connectionTimeout', String(TIMEOUT_MS)],
    ['greetingTimeout', String(TIMEOUT_MS)],
    ['socketTimeout', String(TIMEOUT_MS)],
  ] as const) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.toString();
}
