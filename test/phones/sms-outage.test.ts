import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/infra/queue/job-worker.service.js';
import { SmsFailure, type SmsOutcome } from '../../src/infra/sms/sms-sender.js';
import { SmsNotificationsService } from '../../src/notifications/sms-notifications.service.js';
import { SmsBudget } from '../../src/phones/sms-budget.service.js';
import { SmsDispatch } from '../../src/phones/sms-dispatch.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { add, newNumber, newToken } from './phones.js';
import { Provider } from './provider.js';

const UNREACHED = 'SmsFailure UNREACHED';
const DAY = ['sms-account-day', 'sms-all', 'sms-block', 'sms-country', 'sms-number-day'];
const MINUTES = ['sms-account-minute', 'sms-account-short', 'sms-network', 'sms-number-short'];

let server: TestApp;
let budget: SmsBudget;
let token: string;
beforeAll(async () => {
  const gone = await Provider.start();
  const { url } = gone;
  await gone.stop();
  server = await startApp({ RATE_LIMITS: 'on', SMS_URL: url });
  budget = server.app.get(SmsBudget, { strict: false });
  token = await newToken(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.sql(`DELETE FROM rate_limits WHERE key LIKE 'sms-%'`);
});

/** What is counted, by counter. */
async function counted(): Promise<Record<string, number>> {
  const rows = await server.sql<{ name: string; points: number }>(
    `SELECT split_part(key, ':', 1) AS name, points FROM rate_limits WHERE key LIKE 'sms-%'`,
  );
  return Object.fromEntries(rows.map(({ name, points }) => [name, points]));
}
const each = (names: string[], points: number) => Object.fromEntries(names.map((name) => [name, points]));

/** Sends an SMS whose tries end like this, one after the other; as the queue would. */
function sending(...ends: (SmsOutcome | 'sent')[]) {
  const sms = { accountId: '1', number: newNumber(), country: 'US' };
  let sent = 0;
  const notifications = {
    phoneCode: () => {
      const end = ends.shift() ?? 'sent';
      if (end !== 'sent') return Promise.reject(new SmsFailure('no', end));
      sent += 1;
      return Promise.resolve();
    },
  } as unknown as SmsNotificationsService;
  const dispatch = new SmsDispatch(notifications, budget);
  let job: Job = { id: '1', attempt: 1, lastFailure: undefined };
  return {
    sms,
    sent: () => sent,
    /** @returns what the queue keeps of its failure */
    tryOnce: async (): Promise<string | undefined> => {
      const failed = await dispatch.send({ id: 'a', to: sms.number, code: '123456' }, sms, job).then(
        () => undefined,
        ({ name, code }: SmsFailure) => `${name} ${code}`,
      );
      job = { ...job, attempt: job.attempt + 1, lastFailure: failed };
      return failed;
    },
  };
}

describe('while no SMS provider can be reached', () => {
  it("nobody's day is used up, and asking is held to the limits of minutes all the same", async () => {
    expect((await add(server, token, newNumber())).status).toBe(201);
    await eventually(async () => {
      const [job] = await server.sql<{ last_error: string }>(
        'SELECT last_error FROM graphile_worker._private_jobs WHERE last_error IS NOT NULL',
      );
      return job?.last_error === UNREACHED;
    });
    expect(await counted()).toEqual({ ...each(DAY, 0), ...each(MINUTES, 1) });
    expect((await add(server, token, newNumber())).status).toBe(429);
  });

  it('each further try is counted anew, so that one SMS is one in the end', async () => {
    const { sms, sent, tryOnce } = sending('unreached', 'unreached', 'sent');
    await budget.reserve({ ...sms, ip: '192.0.2.1' });
    expect([await tryOnce(), await tryOnce()]).toEqual([UNREACHED, UNREACHED]);
    expect(await counted()).toEqual({ ...each(DAY, 0), ...each(MINUTES, 1) });
    expect(await tryOnce()).toBeUndefined();
    expect([sent(), await counted()]).toEqual([1, { ...each(DAY, 1), ...each(MINUTES, 1) }]);
  });

  it('nothing gets out for which there is no budget by then', async () => {
    const { sms, sent, tryOnce } = sending('unreached', 'sent');
    await budget.reserve({ ...sms, ip: '192.0.2.1' });
    expect(await tryOnce()).toBe(UNREACHED);
    for (let n = 0; n < 5; n += 1) expect(await budget.takeAgain({ ...sms, accountId: '2' })).toBe(true);
    expect(await tryOnce()).toBeUndefined();
    expect(sent()).toBe(0);
  });

  it.each<[SmsOutcome[]]>([[['refused']], [['unclear']], [['unclear', 'unreached', 'unreached']]])(
    'what may have been sent, or was refused, stays counted: %j',
    async (ends) => {
      const { sms, tryOnce } = sending(...ends);
      await budget.reserve({ ...sms, ip: '192.0.2.1' });
      for (const _ of [...ends]) expect(await tryOnce()).not.toBe(UNREACHED);
      expect(await counted()).toEqual({ ...each(DAY, 1), ...each(MINUTES, 1) });
    },
  );
});
