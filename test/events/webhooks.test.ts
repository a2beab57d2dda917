import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebhookVerificationError } from 'standardwebhooks';
import { WebhookDeliveries } from '../../src/events/webhooks/webhook-deliveries.service.js';
import { Database } from '../../src/infra/database/database.service.js';
import { newMember } from '../admin/staff.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { HookStaff, verified } from './hook-staff.js';
import {
  deliveryBecomes,
  deliveryOf,
  happens,
  hurry,
  type Receiver,
  silence,
  startReceiver,
  status,
} from './receiver.js';

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

describe('a webhook', () => {
  it('is told of what happened, with a signature that the library of the standard takes', async () => {
    const { secret, path } = await staff.register();
    const event = await happens(server);
    const heard = await receiver.request(path);
    expect(verified(secret, heard)).toEqual({
      type: event.name,
      timestamp: event.at,
      data: { record: event.record, changes: event.changes },
    });
    expect(heard.headers).toMatchObject({ 'webhook-id': event.id, 'content-type': 'application/json' });
    expect(() => verified(secret, { ...heard, body: heard.body.replace('2', '3') })).toThrow(WebhookVerificationError);
    await deliveryBecomes(server, event, { state: 'delivered', attempts: 1, last_status: 204, last_error: null });
  });

  it('is told of what it subscribed to and of nothing else; the same event twice is one', async () => {
    const { path } = await staff.register(['session.created', 'level.changed']);
    await happens(server, 'model.label.created');
    const event = await happens(server, 'level.changed');
    await receiver.request(path);
    const rows = await server.sql('SELECT event_id FROM webhook_deliveries');
    expect(rows).toEqual([{ event_id: event.id }]);
  });

  it('leaves nothing behind when what happened was taken back', async () => {
    await staff.register();
    const event = { id: randomUUID(), name: 'level.changed' as const, at: new Date().toISOString(), record: {} };
    const work = server.app.get(Database, { strict: false }).transaction(async (tx) => {
      await server.app.get(WebhookDeliveries, { strict: false }).enqueue(tx, event);
      throw new Error('taken back');
    });
    await expect(work).rejects.toThrow('taken back');
    expect(await deliveryOf(server, event)).toBeUndefined();
    expect(await server.sql(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'webhooks.deliver'`)).toEqual(
      [],
    );
  });

  it('is tried again until it answers with 2xx, under the same id', async () => {
    const { path, secret } = await staff.register();
    receiver.answer(path, status(500));
    const event = await happens(server);
    await deliveryBecomes(server, event, {
      state: 'pending',
      attempts: 1,
      last_status: 500,
      last_error: 'DeliveryRefused 500',
    });
    receiver.answer(path, status(301));
    await hurry(server);
    await deliveryBecomes(server, event, { state: 'pending', attempts: 2, last_status: 301 });
    receiver.answer(path, status(202));
    await hurry(server);
    await deliveryBecomes(server, event, { state: 'delivered', attempts: 3, last_status: 202, last_error: null });
    const heard = receiver.heardAt(path);
    expect(new Set(heard.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event.id]));
    for (const one of heard) expect(verified(secret, one)).toBeDefined();
  });

  it('follows no redirect, and does not wait long (C-58)', async () => {
    const { path } = await staff.register();
    receiver.answer(path, (response) => response.writeHead(307, { location: '/elsewhere' }).end());
    const event = await happens(server);
    await deliveryBecomes(server, event, { attempts: 1, last_status: 307 });
    expect(receiver.heardAt('/elsewhere')).toEqual([]);
    receiver.answer(path, silence);
    await hurry(server);
    await deliveryBecomes(server, event, { attempts: 2, last_status: null, last_error: 'TimeoutError 23' });
  });

  it('that is gone is disabled, and whatever waits for it is dropped', async () => {
    const { uid, path } = await staff.register();
    receiver.answer(path, status(500));
    const first = await happens(server);
    await deliveryBecomes(server, first, { attempts: 1 });
    receiver.answer(path, status(410));
    const second = await happens(server);
    await deliveryBecomes(server, second, { state: 'failed', last_status: 410 });
    await eventually(async () => !(await staff.stateOf(uid)).enabled);
    expect(await staff.stateOf(uid)).toMatchObject({ disabled_because: 'gone' });
    const audit = await server.sql('SELECT actor_uid, details FROM audit_entries WHERE action = $1', [
      'webhook.disabled',
    ]);
    expect(audit).toEqual([{ actor_uid: null, details: { because: 'gone' } }]);
    await hurry(server);
    await deliveryBecomes(server, first, { state: 'failed', attempts: 1, last_error: 'WebhookDisabled' });
    expect(receiver.heardAt(path)).toHaveLength(2);
    expect(await deliveryOf(server, await happens(server))).toBeUndefined();
    expect((await staff.post(`${uid}/test`)).status).toBe(422);
    expect((await staff.patch(uid, { enabled: true })).body).toMatchObject({
      enabled: true,
      disabled_because: null,
      failures: 0,
    });
  });

  it('that is deleted hears nothing more', async () => {
    const { uid, path } = await staff.register();
    receiver.answer(path, status(500));
    const event = await happens(server);
    await deliveryBecomes(server, event, { attempts: 1 });
    await eventually(
      async () => (await server.sql('SELECT 1 FROM graphile_worker.jobs WHERE locked_at IS NOT NULL')).length === 0,
    );
    expect((await staff.call('DELETE', `/webhooks/${uid}`)).status).toBe(204);
    await hurry(server);
    await jobsDone(server);
    expect(receiver.heardAt(path)).toHaveLength(1);
    expect(await deliveryOf(server, await happens(server))).toBeUndefined();
    expect(await server.sql(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'webhooks.deliver'`)).toEqual(
      [],
    );
  });

  it('does not hold up a sign-in while it is being deleted, nor make it fail', async () => {
    const { uid, path } = await staff.register();
    await server.app.get(Database, { strict: false }).transaction(async (tx) => {
      await tx.query('DELETE FROM webhooks WHERE uid = $1', [uid]);
      expect(await deliveryOf(server, await happens(server))).toBeUndefined();
    });
    expect(receiver.heardAt(path)).toEqual([]);
  });

  it('gets a delivery again when staff say so, and a test whatever it subscribed to', async () => {
    const { uid, path, secret } = await staff.register(['level.changed']);
    const event = await happens(server);
    const { id } = await deliveryBecomes(server, event, { state: 'delivered' });
    expect((await staff.post(`${uid}/deliveries/${id}/retry`)).status).toBe(201);
    expect((await receiver.request(path, 2)).headers['webhook-id']).toBe(event.id);
    await deliveryBecomes(server, event, { state: 'delivered', attempts: 2 });
    expect((await staff.post(`${uid}/test`)).body).toMatchObject({ event: 'webhook.test', state: 'pending' });
    expect(verified(secret, await receiver.request(path, 3))).toMatchObject({
      type: 'webhook.test',
      data: { record: { webhook: uid } },
    });
  });

  it('is a dead letter after the last try, which can be sent again from both places', async () => {
    const { uid, path } = await staff.register();
    receiver.answer(path, status(500));
    const event = await happens(server);
    const { id } = await deliveryBecomes(server, event, { attempts: 1 });
    await eventually(async () => {
      const set = 'UPDATE graphile_worker._private_jobs SET attempts = max_attempts - 1';
      return (await server.sql(`${set} WHERE locked_at IS NULL RETURNING 1`)).length === 1;
    });
    await hurry(server);
    await deliveryBecomes(server, event, { state: 'failed', attempts: 2 });
    const letter = await eventually(async () => {
      const { body } = await staff.call<{ id: string; task: string; last_error: string }[]>('GET', '/outbox');
      return body.find(({ task }) => task === 'webhooks.deliver');
    });
    expect(letter.last_error).toBe('DeliveryRefused 500');
    expect((await staff.call('POST', `/outbox/${letter.id}/retry`)).status).toBe(201);
    await deliveryBecomes(server, event, { state: 'pending', attempts: 3 });
    receiver.answer(path, status(200));
    expect((await staff.post(`${uid}/deliveries/${id}/retry`)).status).toBe(201);
    await deliveryBecomes(server, event, { state: 'delivered' });
    await eventually(
      async () =>
        (await server.sql(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'webhooks.deliver'`)).length ===
        0,
    );
  });
});
