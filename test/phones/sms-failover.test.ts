import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FailoverSmsSender } from '../../src/infra/sms/failover.sms-sender.js';
import { SmsFailure } from '../../src/infra/sms/sms-sender.js';
import { WebhookSmsSender } from '../../src/infra/sms/webhook.sms-sender.js';
import { startApp } from '../support/app.js';
import { jobsDone } from '../support/jobs.js';
import { add, codeIn, newNumber, newToken, verify } from './phones.js';
import { Provider } from './provider.js';

const SMS = { id: '5a1e', to: '+14155552671', text: 'Acme: your verification code is 123456.' };

let first: Provider;
let second: Provider;
/** Nobody listens there any more. */
let gone: string;
let now = 0;
beforeAll(async () => {
  const third = await Provider.start();
  [first, second, gone] = [await Provider.start(), await Provider.start(), third.url];
  await third.stop();
});
beforeEach(() => {
  first.reset({ status: 200 });
  second.reset({ status: 200 });
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
});

const webhook = (url: string) => new WebhookSmsSender({ kind: 'webhook', url, credentials: undefined });
const failover = (...urls: string[]) => new FailoverSmsSender(urls.map(webhook), () => now);
const asked = () => [first.requests.length, second.requests.length];
const failureOf = (sending: Promise<void>): Promise<unknown> =>
  sending.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('several SMS providers', () => {
  it('are asked in their order, and the first that takes it is the last that is asked', async () => {
    await failover(first.url, second.url).send(SMS);
    expect(asked()).toEqual([1, 0]);
  });

  it.each([400, 401, 429])('are asked in turn when the first refuses with %i', async (status) => {
    first.reset({ status });
    const sender = failover(first.url, second.url);
    await sender.send(SMS);
    expect(second.requests.map(({ body }) => body)).toEqual([JSON.stringify(SMS)]);
    // A refusal is quick and may be about this number alone, so the next SMS begins with the first again.
    await sender.send(SMS);
    expect(asked()).toEqual([2, 2]);
  });

  it.each([
    ['hang up'],
    ...[408, 500, 502, 503, 504].map((status) => [{ status, headers: { 'retry-after': '1' } }] as const),
  ] as const)('are not asked in turn when the first may have taken it: %j (C-86)', async (reaction) => {
    first.reset(reaction);
    const sender = failover(first.url, second.url);
    expect(await failureOf(sender.send(SMS))).toMatchObject({ outcome: 'unclear', mayHaveBeenSent: true });
    expect(asked()).toEqual([1, 0]);
    // The next attempt does not wait for it again.
    await sender.send(SMS);
    expect(asked()).toEqual([1, 1]);
  });

  it('are asked beginning with another at the next attempt, also by a process that knows nothing of the first', async () => {
    first.reset({ status: 503 });
    await failureOf(failover(first.url, second.url).send(SMS, 1));
    await failover(first.url, second.url).send(SMS, 2);
    expect(asked()).toEqual([1, 1]);
  });

  it('leave one alone for a minute that cannot be reached', async () => {
    now = 0;
    const alone = new FailoverSmsSender([webhook(gone), webhook(second.url)], () => now);
    await alone.send(SMS);
    expect(asked()).toEqual([0, 1]);

    let tries = 0;
    const away = webhook(gone);
    const counted = {
      send: (sms: typeof SMS) => {
        tries += 1;
        return away.send(sms);
      },
    };
    const sender = new FailoverSmsSender([counted, webhook(second.url)], () => now);
    for (const time of [0, 59_999, 60_000]) {
      now = time;
      await sender.send(SMS);
    }
    expect(tries).toBe(2);
  });

  it('that all rest are asked all the same, and what they said is told together', async () => {
    now = 0;
    const sender = failover(gone, gone);
    for (let time = 0; time < 2; time += 1) {
      const failure = await failureOf(sender.send(SMS));
      expect(failure).toBeInstanceOf(SmsFailure);
      expect(failure).toMatchObject({
        message: 'webhook could not be reached: ECONNREFUSED; webhook could not be reached: ECONNREFUSED',
        outcome: 'unreached',
        mayHaveBeenSent: false,
      });
    }
  });

  it('bring a code through the second when the first is out of order', async () => {
    first.reset({ status: 503 });
    const server = await startApp({ SMS_URL: `${first.url}/a ${second.url}/b` });
    try {
      const token = await newToken(server);
      const number = newNumber();
      await add(server, token, number);
      await jobsDone(server);
      expect(asked()).toEqual([1, 1]);
      const { text } = JSON.parse(second.requests[0]?.body ?? '{}') as { text: string };
      expect((await verify(server, token, number, codeIn(text))).status).toBe(201);
    } finally {
      await server.close();
    }
  });
});
