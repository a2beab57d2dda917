import { type Sms, SmsFailure, SmsSender } from './sms-sender.js';

/** So long a provider that did not answer is asked last, so that not every SMS waits for its time-out. */
const REST_MS = 60_000;

/**
 * Several providers: the next one is asked when one refuses or cannot be reached. One that may have taken the SMS ends
 * the attempt, since asking another would send it twice (CONTROLS C-86).
 */
export class FailoverSmsSender extends SmsSender {
  /**
   * Milliseconds since the epoch until which a provider rests. Known to this process alone: it only saves time, and
   * each replica finds out by itself.
   */
  private readonly restsUntil = new Map<SmsSender, number>();

  /** @param providers first choice first */
  constructor(
    private readonly providers: readonly SmsSender[],
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  async send(sms: Sms, attempt = 1): Promise<void> {
    const reasons: string[] = [];
    let wasReached = false;
    for (const provider of this.inOrder(attempt)) {
      const failure = await this.failureOf(provider, sms);
      if (!failure) return;
      reasons.push(failure.message);
      wasReached ||= failure.outcome !== 'unreached';
      // Another provider may get the next attempt, and knows nothing of this one's: it may be a second SMS.
      if (failure.outcome === 'unclear') throw new SmsFailure(reasons.join('; '), 'unclear', true);
    }
    throw new SmsFailure(reasons.join('; '), wasReached ? 'refused' : 'unreached');
  }

  private async failureOf(provider: SmsSender, sms: Sms): Promise<SmsFailure | undefined> {
    try {
      await provider.send(sms);
      this.restsUntil.delete(provider);
      return undefined;
    } catch (error) {
      if (!(error instanceof SmsFailure)) throw error;
      if (error.outcome !== 'refused') this.restsUntil.set(provider, this.now() + REST_MS);
      return error;
    }
  }

  /**
   * Each attempt begins with another provider, since the one before may have ended at one of which this process knows
   * nothing. Those that rest come last, not never: they may be back, and the others may be gone.
   */
  private inOrder(attempt: number): SmsSender[] {
    const first = (attempt - 1) % this.providers.length;
    const providers = [...this.providers.slice(first), ...this.providers.slice(0, first)];
    const rests = (provider: SmsSender): boolean => (this.restsUntil.get(provider) ?? 0) > this.now();
    return [...providers.filter((provider) => !rests(provider)), ...providers.filter((provider) => rests(provider))];
  }
}
