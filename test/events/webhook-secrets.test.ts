import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebhookVerificationError } from 'standardwebhooks';
import { newMember } from '../admin/staff.js';
import { startApp, type TestApp } from '../support/app.js';
import { HookStaff, verified } from './hook-staff.js';
import { deliveryBecomes, happens, type Receiver, startReceiver } from './receiver.js';

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

describe('a secret', () => {
  it('signs for a day beside its successor, and then no more', async () => {
    const { uid, path, secret: old } = await staff.register();
    const { body } = await staff.post(`${uid}/rotate_secret`);
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await happens(server);
    const both = await receiver.request(path);
    for (const secret of [old, body.secret]) expect(verified(secret, both)).toBeDefined();

    await server.sql('UPDATE webhooks SET previous_secret_expires_at = now() WHERE uid = $1', [uid]);
    await happens(server);
    const one = await receiver.request(path, 2);
    expect(verified(body.secret, one)).toBeDefined();
    expect(() => verified(old, one)).toThrow(WebhookVerificationError);
  });

  it('and what is told stand nowhere in the clear', async () => {
    const { uid, secret } = await staff.register();
    const event = await happens(server);
    await deliveryBecomes(server, event, { state: 'delivered' });
    const { body } = await staff.post(`${uid}/rotate_secret`);
    const tables = ['webhooks', 'webhook_deliveries', 'audit_entries', 'graphile_worker._private_jobs'];
    const dump: string[] = [];
    for (const table of tables) {
      const rows = await server.sql<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${table} AS t`);
      dump.push(...rows.map(({ row }) => row));
    }
    const text = dump.join('\n');
    expect(text).toContain(uid);
    const raw = (value: string) => Buffer.from(value.replace('whsec_', ''), 'base64');
    for (const [form, value] of [
      ['base64', secret.slice(6)],
      ['base64', body.secret.slice(6)],
      ['hex', raw(secret).toString('hex')],
      ['hex of text', Buffer.from(secret).toString('hex')],
      ['payload', 'secretly'],
      ['hex of payload', Buffer.from('secretly').toString('hex')],
    ] as const) {
      expect([form, text.includes(value)]).toEqual([form, false]);
    }
    for (const path of ['', `/${uid}`, `/${uid}/deliveries`]) {
      const answer = JSON.stringify((await staff.call<unknown>('GET', `/webhooks${path}`)).body);
      expect(answer).not.toMatch(/whsec_|sealed|secretly/);
    }
  });
});
