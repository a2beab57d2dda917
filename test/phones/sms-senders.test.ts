import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Config } from '../../src/config/config.js';
import type { SmsProvider } from '../../src/config/sms-provider.js';
import { SmsFailure, type SmsSender } from '../../src/infra/sms/sms-sender.js';
import { TwilioSmsSender } from '../../src/infra/sms/twilio.sms-sender.js';
import { WebhookSmsSender } from '../../src/infra/sms/webhook.sms-sender.js';
import { Provider, type Reaction } from './provider.js';

const SMS = { id: '5a1e', to: '+14155552671', text: 'Acme & Söhne: your verification code is 123456.' };
const SHORT_MS = 200;

let provider: Provider;
beforeAll(async () => {
  provider = await Provider.start();
});
beforeEach(() => provider.reset({ status: 200 }));
afterAll(() => provider.stop());

/** Every setting of SMS_URL that these tests need. */
function providerOf(smsUrl: string): SmsProvider {
  const [sms] = Config.load({ NODE_ENV: 'test', DATA_DIR: '/nonexistent', SECRET_KEY, SMS_URL: smsUrl }).sms;
  if (!sms) throw new Error('no provider');
  return sms;
}

const SECRET_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64');

function twilioSender(timeoutMs?: number): SmsSender {
  const twilio = providerOf(`twilio://AC12ab:to%2Fken@?from=+15005550006&base=${provider.url}`);
  return new TwilioSmsSender(twilio as Extract<SmsProvider, { kind: 'twilio' }>, timeoutMs);
}

function webhookSender(timeoutMs?: number): SmsSender {
  const webhook = providerOf(`${provider.url.replace('//', '//us%40er:pass@')}/sms/out?key=abc`);
  return new WebhookSmsSender(webhook as Extract<SmsProvider, { kind: 'webhook' }>, timeoutMs);
}

async function failureOf(sending: Promise<void>): Promise<SmsFailure> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SmsFailure);
  const failure = error as SmsFailure;
  for (const secret of ['4155552671', '123456', 'ken', 'AC12ab', 'pass', 'abc', '127.0.0.1']) {
    expect(failure.message).not.toContain(secret);
  }
  return failure;
}

/** More is promised than comes. */
const CUT_OFF = { 'content-length': '1000', connection: 'close' };

describe('Twilio', () => {
  it('has taken it when it says so, whatever becomes of the rest of its answer (C-86)', async () => {
    provider.reset({ status: 201, body: '{"sid":', headers: CUT_OFF });
    await twilioSender(SHORT_MS).send(SMS);
    expect(provider.requests).toHaveLength(1);
  });

  it('gets one form, with the account’s name and token', async () => {
    provider.reset({ status: 201, body: '{"sid":"SM1"}' });
    await twilioSender().send(SMS);
    expect(provider.requests).toEqual([
      {
        method: 'POST',
        path: '/2010-04-01/Accounts/AC12ab/Messages.json',
        headers: expect.objectContaining({
          authorization: `Basic ${Buffer.from('AC12ab:to/ken').toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
          'idempotency-key': SMS.id,
        }),
        body: expect.any(String),
      },
    ]);
    const form = new URLSearchParams(provider.requests[0]?.body);
    expect(Object.fromEntries(form)).toEqual({ To: SMS.to, From: '+15005550006', Body: SMS.text });
  });

  it('says with which error it refused, without the sentence that names the number', async () => {
    const body = JSON.stringify({ code: 21211, message: `Invalid 'To' Phone Number: ${SMS.to}`, status: 400 });
    provider.reset({ status: 400, body });
    const failure = await failureOf(twilioSender().send(SMS));
    expect([failure.message, failure.mayHaveBeenSent]).toEqual(['twilio answered 400 (error 21211)', false]);
  });

  it.each<[Reaction, string]>([
    [{ status: 400, body: '<html>4155552671</html>' }, 'twilio answered 400'],
    [{ status: 403, body: '{"code":"4155552671"}' }, 'twilio answered 403'],
    [{ status: 400, body: '{"code":21211}', headers: CUT_OFF }, 'twilio answered 400'],
    [{ status: 429, body: 'null' }, 'twilio answered 429'],
    [{ status: 302, headers: { location: '/elsewhere' } }, 'twilio answered 302'],
  ])('did not take it when the answer is %j', didNotTakeIt);

  it('did not take it when the answer is a million characters', () =>
    didNotTakeIt({ status: 400, body: `{"code":21211,"more":"${'x'.repeat(1_000_000)}"}` }, 'twilio answered 400'));

  async function didNotTakeIt(reaction: Reaction, message: string): Promise<void> {
    provider.reset(reaction);
    const failure = await failureOf(twilioSender().send(SMS));
    expect([failure.message, failure.mayHaveBeenSent]).toEqual([message, false]);
    expect(provider.requests).toHaveLength(1);
  }

  it.each<[Reaction, string]>([
    ...[408, 500, 502, 503, 504].map((status): [Reaction, string] => [{ status }, `twilio answered ${status}`]),
    ['hang up', 'twilio could not be reached: UND_ERR_SOCKET'],
    ['never answer', 'twilio could not be reached: TimeoutError'],
  ])('may have taken it when it did %j', async (reaction, message) => {
    provider.reset(reaction);
    const failure = await failureOf(twilioSender(SHORT_MS).send(SMS));
    expect([failure.message, failure.mayHaveBeenSent]).toEqual([message, true]);
  });

  it('can not have taken it when nobody was there', async () => {
    const gone = await Provider.start();
    const twilio = {
      kind: 'twilio',
      baseUrl: gone.url,
      accountSid: 'AC1',
      authToken: 'x',
      from: '+15005550006',
    } as const;
    await gone.stop();
    const failure = await failureOf(new TwilioSmsSender(twilio).send(SMS));
    expect([failure.message, failure.mayHaveBeenSent]).toEqual(['twilio could not be reached: ECONNREFUSED', false]);
  });
});

describe('the webhook', () => {
  it.each([200, 201, 202, 204])('takes the SMS as JSON and answers %i', async (status) => {
    provider.reset({ status });
    await webhookSender().send(SMS);
    expect(provider.requests).toEqual([
      {
        method: 'POST',
        path: '/sms/out?key=abc',
        headers: expect.objectContaining({
          authorization: `Basic ${Buffer.from('us@er:pass').toString('base64')}`,
          'content-type': 'application/json',
          'idempotency-key': SMS.id,
        }),
        body: JSON.stringify(SMS),
      },
    ]);
  });

  it('is called without authentication where the address has none', async () => {
    await new WebhookSmsSender({ kind: 'webhook', url: `${provider.url}/`, credentials: undefined }).send(SMS);
    expect(provider.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each<[Reaction, string]>([
    [{ status: 500, body: '4155552671' }, 'webhook answered 500'],
    [{ status: 400 }, 'webhook answered 400'],
    [{ status: 307, headers: { location: '/elsewhere' } }, 'webhook answered 307'],
    ['hang up', 'webhook could not be reached: UND_ERR_SOCKET'],
    ['never answer', 'webhook could not be reached: TimeoutError'],
  ])('may be called again with the same id after %j', async (reaction, message) => {
    provider.reset(reaction);
    const failure = await failureOf(webhookSender(SHORT_MS).send(SMS));
    expect([failure.message, failure.mayHaveBeenSent]).toEqual([message, false]);
    expect(provider.requests).toHaveLength(1);
  });
});
