import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cipher } from '../../src/infra/crypto/cipher.service.js';
import { newMember } from '../admin/staff.js';
import { PRODUCTION, startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { HookStaff } from './hook-staff.js';
import { deliveryBecomes, happens, hurry, type Receiver, startReceiver, status } from './receiver.js';

let server: TestApp;
let staff: HookStaff;
let receiver: Receiver;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  receiver = await startReceiver();
  staff = new HookStaff(server, await newMember(server, 'admin'), receiver);
});
afterAll(async () => {
  await server.close();
  await receiver.close();
});

describe('a receiver that is down', () => {
  it('is left alone after five failures, while a healthy one hears everything', async () => {
    const { uid, path } = await staff.register();
    receiver.answer(path, status(503));
    for (let failures = 1; failures <= 5; failures += 1) {
      await happens(server);
      await eventually(async () => ((await staff.stateOf(uid)).failures as number) >= failures);
    }
    const paused = await staff.stateOf(uid);
    expect(paused.paused_until).not.toBeNull();
    const before = receiver.heardAt(path).length;
    const healthy = await staff.registerToo();
    const events = [];
    for (let n = 0; n < 20; n += 1) events.push(await happens(server));
    await eventually(() => Promise.resolve(receiver.heardAt(healthy.path).length === 20));
    expect(
      receiver
        .heardAt(healthy.path)
        .map(({ headers }) => headers['webhook-id'])
        .sort(),
    ).toEqual(events.map(({ id }) => id).sort());
    // Each of the twenty had its turn there too, without a request.
    await eventually(async () => {
      const [row] = await server.sql<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM graphile_worker.jobs WHERE attempts = 0 OR locked_at IS NOT NULL`,
      );
      return row?.waiting === 0;
    });
    expect(receiver.heardAt(path)).toHaveLength(before);
    receiver.answer(path, status(204));
    await hurry(server);
    await eventually(async () => (await staff.stateOf(uid)).failures === 0);
  });

  it('is called by one worker at a time', async () => {
    const { path } = await staff.register();
    let [open, most] = [0, 0];
    receiver.answer(path, (response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.writeHead(204).end();
      }, 50);
    });
    const events = [];
    for (let n = 0; n < 6; n += 1) events.push(await happens(server));
    for (const event of events) await deliveryBecomes(server, event, { state: 'delivered' });
    expect(most).toBe(1);
  });

  it('is given up after five days of nothing but failures', async () => {
    const { uid, path } = await staff.register();
    receiver.answer(path, status(500));
    await server.sql(`UPDATE webhooks SET failures = 9, failing_since = now() - interval '121 hours' WHERE uid = $1`, [
      uid,
    ]);
    await happens(server);
    await eventually(async () => (await staff.stateOf(uid)).disabled_because === 'failing');
  });

  it('waits behind what a person waits for', async () => {
    const { path } = await staff.register();
    receiver.answer(path, status(500));
    await deliveryBecomes(server, await happens(server), { attempts: 1 });
    const [job] = await server.sql(
      `SELECT priority FROM graphile_worker.jobs WHERE task_identifier = 'webhooks.deliver'`,
    );
    expect(job).toEqual({ priority: 10 });
  });
});

// Last: passport knows the newest server of a process only.
describe('in production (C-58)', () => {
  let production: TestApp;
  beforeAll(async () => {
    production = await startApp(PRODUCTION);
  });
  afterAll(() => production.close());

  it.each([
    ['plain http', () => `${receiver.url}/inside`, 'URL_REFUSED'],
    ['another port', () => `${receiver.url.replace('http:', 'https:')}/inside`, 'URL_REFUSED'],
    ['this machine', () => 'https://127.0.0.1/inside', 'ADDRESS_REFUSED'],
    ['this machine by name', () => 'https://localhost/inside', 'ADDRESS_REFUSED'],
    ["the cloud's metadata", () => 'https://169.254.169.254/latest', 'ADDRESS_REFUSED'],
  ])('nothing is sent to %s, whatever stands in the table', async (_, url, code) => {
    await production.sql('DELETE FROM webhooks');
    await production.sql(
      `INSERT INTO webhooks (uid, name, url, event_names, secret_sealed) VALUES ('w', 'W', $1, '{*}', '')`,
      [url()],
    );
    const sealed = production.app.get(Cipher, { strict: false }).seal('whsec_c2VjcmV0', 'webhook-secret:w');
    await production.sql('UPDATE webhooks SET secret_sealed = $1', [sealed]);
    const event = await happens(production);
    await deliveryBecomes(production, event, { attempts: 1, last_status: null, last_error: `OutgoingRefusal ${code}` });
    expect(receiver.heardAt('/inside')).toEqual([]);
  });
});
