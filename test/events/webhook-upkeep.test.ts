import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EmailMoves } from '../../src/accounts/email-moves.service.js';
import { BacklogLimit } from '../../src/events/webhooks/backlog-limit.service.js';
import { WebhookDeliveries } from '../../src/events/webhooks/webhook-deliveries.service.js';
import { Cipher } from '../../src/infra/crypto/cipher.service.js';
import { Database } from '../../src/infra/database/database.service.js';
import { CleanUps } from '../../src/infra/queue/clean-ups.service.js';
import { auditOf, callAs, type Member, newMember } from '../admin/staff.js';
import { ORIGIN } from '../documents/uploads.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventually, outcome } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { HookStaff, type Registered } from './hook-staff.js';
import {
  deliveryBecomes,
  deliveryOf,
  eventOf,
  happens,
  hurry,
  type Receiver,
  startReceiver,
  status,
} from './receiver.js';

let server: TestApp;
let admin: Member;
let staff: HookStaff;
let receiver: Receiver;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  receiver = await startReceiver();
  admin = await newMember(server, 'admin');
  staff = new HookStaff(server, admin, receiver);
});
afterAll(async () => {
  await server.close();
  await receiver.close();
});

const cleanUp = () => server.app.get(CleanUps, { strict: false }).run();
const waitingJobs = () =>
  server.sql(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'webhooks.deliver' AND locked_at IS NULL`);

/** Nothing is sent there for now. */
async function pause({ uid }: Registered, failingFor: string | null): Promise<void> {
  await server.sql(
    `UPDATE webhooks SET paused_until = now() + interval '1 hour', failures = 5,
       failing_since = now() - $2::interval WHERE uid = $1`,
    [uid, failingFor],
  );
}

/** So many events, each of which was tried and waits. */
async function backlogOf(count: number): Promise<{ id: string }[]> {
  const events = [];
  for (let n = 0; n < count; n += 1) events.push(await happens(server));
  await eventually(async () => (await waitingJobs()).length >= count);
  await jobsDoneOrWaiting();
  return events;
}

const jobsDoneOrWaiting = () =>
  eventually(async () => {
    const untried = await server.sql('SELECT 1 FROM graphile_worker.jobs WHERE attempts = 0 OR locked_at IS NOT NULL');
    return untried.length === 0;
  });

const errorsOf = async (events: { id: string }[]): Promise<(string | null)[]> => {
  const rows = await server.sql<{ event_id: string; state: string; last_error: string | null }>(
    'SELECT event_id, state, last_error FROM webhook_deliveries',
  );
  return events.map(({ id }) => {
    const row = rows.find((each) => each.event_id === id);
    return row?.state === 'pending' ? 'waits' : (row?.last_error ?? null);
  });
};

describe('what waits for a receiver that is away', () => {
  it('is limited: the oldest are given up, staff are told once, and the newest arrive', async () => {
    const limit = server.app.get(BacklogLimit, { strict: false });
    const hook = await staff.register();
    await pause(hook, '16 minutes');
    const events = await backlogOf(5);
    await limit.hold(2, 4);
    expect(await errorsOf(events)).toEqual(['BacklogFull', 'BacklogFull', 'BacklogFull', 'waits', 'waits']);
    expect(await waitingJobs()).toHaveLength(2);
    events.push(...(await backlogOf(1)));
    await limit.hold(2, 4);
    expect((await errorsOf(events)).slice(3)).toEqual(['BacklogFull', 'waits', 'waits']);
    const told = (await auditOf(server, hook.uid)).filter(({ action }) => action === 'webhook.backlog_given_up');
    expect(told).toHaveLength(1);
    expect((await staff.stateOf(hook.uid)).given_up_at).not.toBeNull();

    await hurry(server);
    await eventually(() => Promise.resolve(receiver.heardAt(hook.path).length === 2));
    const heard = receiver.heardAt(hook.path).map(({ headers }) => headers['webhook-id']);
    expect(heard.sort()).toEqual(
      events
        .slice(4)
        .map(({ id }) => id)
        .sort(),
    );
    // What was given up is kept, to be sent again.
    const [first] = await server.sql<{ id: string }>('SELECT id FROM webhook_deliveries ORDER BY id LIMIT 1');
    expect((await staff.post(`${hook.uid}/deliveries/${first?.id}/retry`)).status).toBe(201);
    expect((await receiver.request(hook.path, 3)).headers['webhook-id']).toBe(events[0]?.id);
  });

  it.each([
    ['answers', null],
    ['has begun to fail a while ago', '5 minutes'],
  ])('may be more where the receiver %s', async (_, failingFor) => {
    const limit = server.app.get(BacklogLimit, { strict: false });
    await pause(await staff.register(), failingFor);
    const events = await backlogOf(4);
    await limit.hold(2, 4);
    expect(await errorsOf(events)).toEqual(['waits', 'waits', 'waits', 'waits']);
    await limit.hold(2, 3);
    expect(await errorsOf(events)).toEqual(['BacklogFull', 'waits', 'waits', 'waits']);
  });
});

describe('a webhook that is deleted', () => {
  it('is gone at once, however many deliveries it has; they go in batches', async () => {
    const { uid } = await staff.register();
    await server.sql(
      `INSERT INTO webhook_deliveries (webhook_id, event_id, event_name, payload_sealed, expires_at)
       SELECT id, gen_random_uuid(), 'level.changed', 'x', now() + interval '1 day' FROM webhooks, generate_series(1, 2500)
       WHERE uid = $1`,
      [uid],
    );
    const deliveries = () => server.sql('SELECT 1 FROM webhook_deliveries');
    expect((await staff.call('DELETE', `/webhooks/${uid}`)).status).toBe(204);
    expect(await deliveries()).toHaveLength(2500);
    for (const [method, path] of [
      ['GET', uid],
      ['PATCH', uid],
      ['DELETE', uid],
      ['POST', `${uid}/rotate_secret`],
      ['POST', `${uid}/test`],
      ['GET', `${uid}/deliveries`],
    ] as const) {
      const options = method === 'PATCH' ? { body: { enabled: true } } : {};
      expect([path, ...outcome(await staff.call(method, `/webhooks/${path}`, options))]).toEqual([
        ...[path, 404, 'Webhook not found'],
      ]);
    }
    expect((await staff.call('GET', '/webhooks')).body).toEqual([]);
    const [row] = await server.sql('SELECT url, octet_length(secret_sealed) AS secret FROM webhooks');
    expect(row).toEqual({ url: '', secret: 0 });
    await cleanUp();
    expect(await deliveries()).toEqual([]);
    expect(await server.sql('SELECT 1 FROM webhooks')).toEqual([]);
  });

  it('has nothing put down for it, whatever else its row says', async () => {
    const { uid } = await staff.register();
    await server.sql('UPDATE webhooks SET deleted_at = now(), enabled = true WHERE uid = $1', [uid]);
    await happens(server);
    expect(await server.sql('SELECT 1 FROM webhook_deliveries')).toEqual([]);
  });

  it('hears nothing of what was put down while it was being deleted, and goes all the same', async () => {
    const { uid, path } = await staff.register();
    await server.app.get(Database, { strict: false }).transaction(async (tx) => {
      await server.app.get(WebhookDeliveries, { strict: false }).enqueue(tx, eventOf());
      expect((await staff.call('DELETE', `/webhooks/${uid}`)).status).toBe(204);
    });
    await jobsDone(server);
    expect(receiver.heardAt(path)).toEqual([]);
    await cleanUp();
    expect(await server.sql('SELECT 1 FROM webhooks')).toEqual([]);
  });
});

describe('the secret before', () => {
  it('is erased when it signs no more', async () => {
    const { uid } = await staff.register();
    await staff.post(`${uid}/rotate_secret`);
    const kept = () => server.sql('SELECT 1 FROM webhooks WHERE previous_secret_sealed IS NOT NULL');
    await cleanUp();
    expect(await kept()).toHaveLength(1);
    await server.sql(`UPDATE webhooks SET previous_secret_expires_at = now() - interval '1 second'`);
    await cleanUp();
    expect(await kept()).toEqual([]);
    expect((await staff.stateOf(uid)).previous_secret_expires_at).toBeNull();
  });
});

describe('an event', () => {
  it('that nobody wants is not even sealed', async () => {
    await staff.register(['model.label.created']);
    const seal = jest.spyOn(server.app.get(Cipher, { strict: false }), 'seal');
    try {
      await happens(server, 'level.changed');
      expect(seal).not.toHaveBeenCalled();
      await happens(server, 'model.label.created');
      expect(seal).toHaveBeenCalled();
    } finally {
      seal.mockRestore();
    }
  });

  it('reaches a webhook that was registered after its transaction began', async () => {
    const event = eventOf();
    const hook = await server.app.get(Database, { strict: false }).transaction(async (tx) => {
      await tx.query('SELECT 1');
      await happens(server);
      const registered = await staff.register();
      await server.app.get(WebhookDeliveries, { strict: false }).enqueue(tx, event);
      return registered;
    });
    expect((await receiver.request(hook.path)).headers['webhook-id']).toBe(event.id);
  });
});

describe('the deletion of an account', () => {
  it('erases what was told of it, and what still waits once that was sent', async () => {
    const { uid, path } = await staff.register(['level.changed', 'model.account.created']);
    const [gone, other] = [await newMember(server), await newMember(server)];
    const about = (account: Member) => happens(server, 'level.changed', { uid: account.uid, from: 1, to: 2 });
    const [sent, others] = [await about(gone), await about(other)];
    for (const event of [sent, others]) await deliveryBecomes(server, event, { state: 'delivered' });
    receiver.answer(path, status(500));
    const waiting = await about(gone);
    const { id } = await deliveryBecomes(server, waiting, { attempts: 1 });

    expect((await callAs(server, admin, 'DELETE', `/accounts/${gone.uid}`)).status).toBe(204);
    const hasBody = async ({ id: event }: { id: string }) =>
      (await server.sql('SELECT 1 FROM webhook_deliveries WHERE event_id = $1 AND payload_sealed <> $2', [event, '']))
        .length === 1;
    await eventually(async () => !(await hasBody(sent)));
    expect([await hasBody(others), await hasBody(waiting)]).toEqual([true, true]);
    const named = await server.sql('SELECT 1 FROM webhook_deliveries WHERE account_uid = $1', [gone.uid]);
    expect(named).toEqual([]);
    await cleanUp();
    expect(await hasBody(waiting)).toBe(true);

    receiver.answer(path, status(204));
    await hurry(server);
    await deliveryBecomes(server, waiting, { state: 'delivered' });
    await cleanUp();
    expect([await hasBody(others), await hasBody(waiting)]).toEqual([true, false]);
    expect(outcome(await staff.post(`${uid}/deliveries/${id}/retry`))).toEqual([
      422,
      'The account was deleted and the delivery cannot be sent again',
    ]);
    expect(await deliveryOf(server, waiting)).toMatchObject({ state: 'delivered' });
  });

  it('counts too where a sign-up has to make way for the owner of its address', async () => {
    await staff.register(['level.changed']);
    const [owner, squatter] = [await newMember(server), await newMember(server)];
    await server.sql(`UPDATE accounts SET state = 'pending', email_confirmed_at = NULL WHERE uid = $1`, [squatter.uid]);
    const [account] = await server.sql<{ id: string }>('SELECT id FROM accounts WHERE uid = $1', [owner.uid]);
    const told = await happens(server, 'level.changed', { uid: squatter.uid });
    await deliveryBecomes(server, told, { state: 'delivered' });
    const move = { account_id: account?.id ?? '', uid: owner.uid, before: owner.email, after: squatter.email };
    await server.app
      .get(Database, { strict: false })
      .transaction((tx) => server.app.get(EmailMoves, { strict: false }).removeSquatter(tx, move, ORIGIN));
    const named = () => server.sql('SELECT 1 FROM webhook_deliveries WHERE account_uid = $1', [squatter.uid]);
    await eventually(async () => (await named()).length === 0);
  });
});
