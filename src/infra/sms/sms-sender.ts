/** One SMS to one number. */
export interface Sms {
  /** Stable over retries, so that an SMS that was handed over twice is recognised as one. */
  id: string;
  /** E.164. */
  to: string;
  text: string;
}

/** Hands an SMS to whoever carries it. Throws SmsFailure when it was not taken. */
export abstract class SmsSender {
  /** @param attempt from 1 */
  abstract send(sms: Sms, attempt?: number): Promise<void>;
}

/**
 * What is known of a call that failed: the provider said no; it was not reached, so nothing was sent; or nobody can
 * tell whether it took the SMS before the line broke.
 */
export type SmsOutcome = 'refused' | 'unreached' | 'unclear';

/** Why an SMS was not taken. The message may be logged: it holds no number, text or secret. */
export class SmsFailure extends Error {
  /** The outcome, as the queue keeps it for the next try; see JobFailure. */
  readonly code: Uppercase<SmsOutcome>;

  constructor(
    message: string,
    readonly outcome: SmsOutcome,
    /** It may have been taken all the same, and trying again may send it a second time. */
    readonly mayHaveBeenSent = false,
  ) {
    super(message);
    this.name = 'SmsFailure';
    this.code = outcome.toUpperCase() as Uppercase<SmsOutcome>;
  }
}
