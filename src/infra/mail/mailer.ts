/** One mail to one recipient. */
export interface Mail {
  /** Stable over retries, so that a mail that was sent twice is recognised as one. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Hands a mail to whoever carries it. Throws when it was not taken; the job that called tries again. */
export abstract class Mailer {
  abstract send(mail: Mail): Promise<void>;
}
