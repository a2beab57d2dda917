/** One mail to one recipient. */
export interface Mail {
  /** Stable over retries, so that a mail that was sent twice is recognised as one. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/**
 * The server had the whole mail and then did not say whether it took it, at this try or one before: trying again may
 * send it once more (RFC 5321, section 4.5.3.2.6).
 */
export class MailMayHaveBeenSent extends Error {
  readonly code: unknown;
  readonly responseCode: unknown;

  /** @param cause its message is not kept, since mail servers repeat the address */
  constructor(cause: unknown) {
    super('the mail may have been sent');
    this.name = 'MailMayHaveBeenSent';
    ({ code: this.code, responseCode: this.responseCode } = cause as { code?: unknown; responseCode?: unknown });
  }
}

/**
 * Hands a mail to whoever carries it. Throws when it was not taken; the job that called tries again. Throws
 * MailMayHaveBeenSent when nobody can tell.
 */
export abstract class Mailer {
  abstract send(mail: Mail): Promise<void>;
}
