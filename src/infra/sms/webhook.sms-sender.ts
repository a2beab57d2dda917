import type { SmsProvider } from '../../config/sms-provider.js';
import { basicAuthorization, callProvider, failureIn, PROVIDER_TIMEOUT_MS } from './provider-call.js';
import { type Sms, SmsSender } from './sms-sender.js';

/** Any service that takes `{"id","to","text"}`, answers 2xx when it has, and sends each id once. */
export class WebhookSmsSender extends SmsSender {
  private readonly url: string;
  private readonly headers: Record<string, string>;

  constructor(
    { url, credentials }: Extract<SmsProvider, { kind: 'webhook' }>,
    private readonly timeoutMs = PROVIDER_TIMEOUT_MS,
  ) {
    super();
    this.url = url;
    this.headers = {
      'Content-Type': 'application/json',
      ...(credentials && { Authorization: basicAuthorization(credentials.user, credentials.password) }),
    };
  }

  async send({ id, to, text }: Sms): Promise<void> {
    const headers = { ...this.headers, 'Idempotency-Key': id };
    const outcome = await callProvider(this.url, headers, JSON.stringify({ id, to, text }), this.timeoutMs);
    const failure = failureIn(outcome, 'webhook', true);
    if (failure) throw failure;
  }
}
