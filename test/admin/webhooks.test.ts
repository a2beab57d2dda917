import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import { auditOf, callAs, type Member, newMember } from './staff.js';

interface Webhook {
  uid: string;
  secret: string;
  [field: string]: unknown;
}

const GOOD = { name: 'Shop', url: 'https://shop.example/hooks?key=of-theirs', events: ['level.changed'] };

let server: TestApp;
let admin: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
});
beforeEach(async () => {
  await server.sql('DELETE FROM webhooks');
});
afterAll(() => server.close());

const create = (body: unknown) => callAs<Webhook>(server, admin, 'POST', '/webhooks', { body });
const change = (uid: string, body: unknown) => callAs<Webhook>(server, admin, 'PATCH', `/webhooks/${uid}`, { body });

describe('a webhook', () => {
  it('is made, shown, listed, changed and taken away; its secret is told once', async () => {
    const made = await create({ ...GOOD, events: ['session.created', 'level.changed', 'level.changed'] });
    expect(made.status).toBe(201);
    const { uid, secret, ...shown } = made.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toEqual({
      ...{ name: 'Shop', url: GOOD.url, events: ['level.changed', 'session.created'] },
      ...{ enabled: true, disabled_because: null, failures: 0, failing_since: null, paused_until: null },
      given_up_at: null,
      previous_secret_expires_at: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect((await callAs(server, admin, 'GET', `/webhooks/${uid}`)).body).toEqual({ uid, ...shown });
    const list = await callAs<Webhook[]>(server, admin, 'GET', '/webhooks');
    expect([list.body, list.headers.get('Total')]).toEqual([[{ uid, ...shown }], '1']);

    const changed = await change(uid, { name: ' Other ', events: ['level.changed', '*'], enabled: false });
    expect(changed.body).toMatchObject({ name: 'Other', events: ['*'], enabled: false, disabled_because: 'staff' });
    expect((await change(uid, { enabled: true })).body).toMatchObject({ enabled: true, disabled_because: null });
    const rotated = await callAs<Webhook>(server, admin, 'POST', `/webhooks/${uid}/rotate_secret`);
    expect(rotated.body).toEqual({ uid, secret: expect.any(String), previous_secret_expires_at: expect.any(String) });
    expect(rotated.body.secret).not.toBe(secret);

    expect((await callAs(server, admin, 'DELETE', `/webhooks/${uid}`)).status).toBe(204);
    const audit = await auditOf(server, uid);
    expect(audit.map(({ action }) => action)).toEqual([
      ...['webhook.deleted', 'webhook.secret_rotated', 'webhook.changed', 'webhook.changed', 'webhook.created'],
    ]);
    expect(new Set(audit.map(({ actor_uid: actor }) => actor))).toEqual(new Set([admin.uid]));
    expect(audit[4]?.details).toMatchObject({ after: { name: 'Shop', url: 'shop.example' } });
    // Receivers may keep a key of theirs in the path, as in the query.
    expect(JSON.stringify(audit)).not.toMatch(/whsec_|of-theirs|hooks/);
  });

  it('is not there under any other uid', async () => {
    for (const uid of ['x', '%00', '0'.repeat(32), '9'.repeat(400), '..%2f']) {
      for (const [method, path] of [
        ...[
          ['GET', ''],
          ['PATCH', ''],
          ['DELETE', ''],
          ['POST', '/rotate_secret'],
          ['POST', '/test'],
        ],
        ...[
          ['GET', '/deliveries'],
          ['POST', '/deliveries/1/retry'],
        ],
      ] as const) {
        const answer = await callAs(
          server,
          admin,
          method,
          `/webhooks/${uid}${path}`,
          method === 'GET' ? {} : { body: {} },
        );
        expect([method, path, ...outcome(answer)]).toEqual([method, path, 404, 'Webhook not found']);
      }
    }
  });

  it.each<[Record<string, unknown>, Record<string, string[]>]>([
    [{ name: 'x'.repeat(101) }, { name: ['Name must have 1 to 100 characters'] }],
    [{ name: 'a\nb' }, { name: ['Name must have 1 to 100 characters'] }],
    [{ url: 'shop.example/hooks' }, { url: ['Url is not an absolute URL'] }],
    [{ url: 'http://shop.example/hooks' }, { url: ['Url must be https'] }],
    [{ url: 'ftp://localhost/' }, { url: ['Url must be http or https'] }],
    [{ url: 'https://shop.example:22/hooks' }, { url: ['Url must use port 443 or 8443'] }],
    [{ url: 'https://me@shop.example/' }, { url: ['Url must not have a user name or password'] }],
    [{ url: 'https://shop.example/#' }, { url: ['Url must not have a fragment'] }],
    [{ url: 'https://10.0.0.1/hooks' }, { url: ['Url must lead to the internet'] }],
    [{ url: 'https://[fd00:ec2::254]/' }, { url: ['Url must lead to the internet'] }],
    [{ url: 'https://0x7f.1/' }, {}],
    [{ events: [] }, { events: ['Events must name one at least, or * for all'] }],
    [{ events: ['level.*'] }, { events: ['Events has something that is not an event'] }],
    [{ events: ['level.lost'] }, { events: ['level.lost is not an event'] }],
    [{ events: ['webhook.test'] }, { events: ['webhook.test is not an event'] }],
  ])('with %j is judged', async (fields, problems) => {
    const isFine = Object.keys(problems).length === 0;
    const answer = await create({ ...GOOD, ...fields });
    if (isFine) expect(answer.status).toBe(201);
    else expect(outcome(answer)).toEqual([422, problems]);
    expect(await server.sql('SELECT 1 FROM webhooks')).toHaveLength(isFine ? 1 : 0);
  });

  it.each<[unknown, string]>([
    [{}, 'name is missing, url is missing'],
    [{ ...GOOD, events: { a: 1 } }, 'events is invalid'],
    [{ ...GOOD, url: `https://a.example/${'x'.repeat(2048)}` }, 'url is invalid'],
  ])('that can not be read is refused: %j', async (body, sentences) => {
    const [status, said] = outcome(await create(body));
    expect([status, String(said).split(', ').sort()]).toEqual([400, sentences.split(', ')]);
  });

  it('is one of twenty at most, also among 25 requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => create({ ...GOOD, name: `Shop ${n}` })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status !== 201).map(outcome);
    expect(refused).toEqual(refused.map(() => [422, 'There are 20 webhooks already']));
  });

  it('that is disabled is not tested, and its deliveries are listed by state', async () => {
    const { uid } = (await create({ ...GOOD, url: 'http://127.0.0.1:9/' })).body;
    const test = await callAs<{ id: string }>(server, admin, 'POST', `/webhooks/${uid}/test`);
    expect(test).toMatchObject({ status: 201, body: { event: 'webhook.test', state: 'pending', attempts: 0 } });
    await change(uid, { enabled: false });
    const again = `/webhooks/${uid}/deliveries/${test.body.id}/retry`;
    for (const path of [again, `/webhooks/${uid}/test`]) {
      expect(outcome(await callAs(server, admin, 'POST', path))).toEqual([422, 'The webhook is disabled']);
    }
    await change(uid, { enabled: true });
    for (const id of ['0', 'x', '999999999', '9'.repeat(30)]) {
      const path = `/webhooks/${uid}/deliveries/${id}/retry`;
      expect(outcome(await callAs(server, admin, 'POST', path))).toEqual([404, 'Delivery not found']);
    }
    const count = async (query: string) =>
      (await callAs(server, admin, 'GET', `/webhooks/${uid}/deliveries${query}`)).headers.get('Total');
    expect([await count(''), await count('?state=delivered')]).toEqual(['1', '0']);
    expect((await callAs(server, admin, 'GET', `/webhooks/${uid}/deliveries?state=lost`)).status).toBe(400);
  });
});
