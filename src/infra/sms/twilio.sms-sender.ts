import type { SmsProvider } from '../../config/sms-provider.js';
import { basicAuthorization, callProvider, failureIn, PROVIDER_TIMEOUT_MS } from './provider-call.js';
import { type Sms, SmsSender } from './sms-sender.js';

/** Twilio's Messages API: https://www.twilio.com/docs/messaging/api/message-resource */
export class TwilioSmsSender extends SmsSender {
  private readonly url: string;
  private readonly authorization: string;
  private readonly from: string;

  constructor(
    provider: Extract<SmsProvider, { kind: 'twilio' }>,
    private readonly timeoutMs = PROVIDER_TIMEOUT_MS,
  ) {
    super();
    this.url = `${provider.baseUrl}/2010-04-01/Accounts/${provider.accountSid}/Messages.json`;
    this.authorization = basicAuthorization(provider.accountSid, provider.authToken);
    this.from = provider.from;
  }

  async send({ id, to, text }: Sms): Promise<void> {
    const headers = {
      Authorization: this.authorization,
      'Content-Type': 'application/x-www-form-urlencoded',
      'Idempotency-Key': id,
    };
    const form = new URLSearchParams({ To: to, From: this.from, Body: text }).toString();
    const outcome = await callProvider(this.url, headers, form, this.timeoutMs);
    // Twilio documents no idempotency key, so a second try may well be a second SMS.
    const failure = failureIn(outcome, 'twilio', false, 'body' in outcome ? errorCodeIn(outcome.body) : '');
    if (failure) throw failure;
  }
}

/** Twilio's own number for what is wrong; its sentence is left out, since it names the phone number. */
function errorCodeIn(body: string): string {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === 'number' ? ` (error ${code})` : '';
  } catch {
    return '';
  }
}
