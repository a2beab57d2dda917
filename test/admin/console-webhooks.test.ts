import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { type Receiver, startReceiver, status } from '../events/receiver.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import type { UserAgent } from '../support/user-agent.js';
import { type Member, newMember } from './staff.js';

const PATH = '/admin/webhooks';

let server: TestApp;
let admin: Member;
let agent: UserAgent;
let receiver: Receiver;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  receiver = await startReceiver();
  admin = await newMember(server, 'admin');
  agent = await signedIn(server, admin);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await server.close();
  await receiver.close();
});

const fields = (name: string) => ({ name, url: `${receiver.url}/${name}`, events: 'level.changed' });
const send = async (typed: Record<string, string>) => agent.submit(await agent.open(`${PATH}/new`), '/new', typed);
const row = async (name: string) => (await server.sql('SELECT * FROM webhooks WHERE name = $1', [name]))[0];

async function newWebhook(name: string): Promise<string> {
  await send(fields(name));
  return String((await row(name))?.uid);
}

const submit = async (uid: string, action: string) => agent.submit(await agent.open(`${PATH}/${uid}`), action);

describe('the webhooks of the console', () => {
  it('creates one, shows its secret once and lists it', async () => {
    const page = await send(fields('First'));
    expect(titleOf(page)).toBe('Webhook created');
    const secret = /whsec_[A-Za-z0-9+/]{43}=/.exec(page.html)?.[0] ?? '';
    expect(secret).not.toBe('');
    const uid = String((await row('First'))?.uid);
    for (const path of ['', `/${uid}`, `/${uid}/edit`]) {
      expect((await agent.open(PATH + path)).html).not.toContain('whsec_');
    }
    expect(textOf(await agent.open(PATH))).toMatch(/First.*127\.0\.0\.1.*1 event.*enabled/s);

    const tested = await submit(uid, '/test');
    expect(noticesOf(tested)).toEqual([expect.stringContaining('A test is on its way.')]);
    const { body, headers } = await receiver.request('/First');
    expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'webhook.test',
    });
  });

  it('shows the form again with what was typed and says which fields are wrong', async () => {
    const page = await send({ name: 'Wrong', url: 'http://shop.example/' });
    expect([page.status, noticesOf(page)[0]]).toEqual([422, 'Please look again at the marked fields.']);
    expect(page.html).toMatch(/<input[^>]*name="url"[^>]*value="http:\/\/shop\.example\/"[^>]*aria-invalid/);
    expect(textOf(page)).toContain('Please tick one event at least.');
    expect(await row('Wrong')).toBeUndefined();
  });

  it('changes one, disables and enables it', async () => {
    const uid = await newWebhook('Second');
    const form = await agent.open(`${PATH}/${uid}/edit`);
    const page = await agent.submit(form, '/edit', { ...fields('Second'), events: '*' });
    expect(noticesOf(page)).toEqual(['The webhook is changed.']);
    expect(await row('Second')).toMatchObject({ event_names: ['*'] });
    const disabled = await submit(uid, '/disable');
    expect(textOf(disabled)).toContain('It was disabled here.');
    expect(await row('Second')).toMatchObject({ enabled: false, disabled_because: 'staff' });
    const refused = await post(server, agent, `${PATH}/${uid}/test`, {}, disabled);
    expect([refused.status, noticesOf(refused)]).toEqual([422, ['The webhook is disabled']]);
    await submit(uid, '/enable');
    expect(await row('Second')).toMatchObject({ enabled: true });
  });

  it('shows what was sent, and sends it again', async () => {
    const uid = await newWebhook('Third');
    receiver.answer('/Third', status(500));
    await submit(uid, '/test');
    const failing = await eventually(async () => {
      const page = await agent.open(`${PATH}/${uid}?state=pending`);
      return /HTTP 500/.test(page.html) && page;
    });
    expect(textOf(failing)).toMatch(/failing.*1 in a row/s);
    receiver.answer('/Third', status(204));
    expect(noticesOf(await agent.submit(failing, '/again'))).toEqual([expect.stringContaining('on its way again')]);
    await eventually(async () => /HTTP 204/.test((await agent.open(`${PATH}/${uid}?state=delivered`)).html));
    expect((await agent.open(`${PATH}/${uid}?state=lost`)).status).toBe(400);
  });

  it('makes a new secret, and deletes one after asking', async () => {
    const uid = await newWebhook('Fourth');
    const page = await agent.submit(await agent.open(`${PATH}/${uid}/secret`), '/secret');
    expect([titleOf(page), page.html.match(/whsec_/g)?.length]).toEqual(['New secret', 1]);
    expect(textOf(await agent.open(`${PATH}/${uid}`))).toContain('Two secrets sign now');
    const gone = await agent.submit(await agent.open(`${PATH}/${uid}/delete`), '/delete');
    expect(noticesOf(gone)).toEqual([expect.stringContaining('The webhook is deleted.')]);
    expect((await agent.open(`${PATH}/${uid}`)).status).toBe(404);
  });

  it('asks who it is where data or a secret goes out, when the sign-in is a while ago', async () => {
    const uid = await newWebhook('Kept');
    const forms = await Promise.all(
      ['/new', `/${uid}/edit`, `/${uid}/secret`, `/${uid}/delete`].map((path) => agent.open(PATH + path)),
    );
    const later = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    for (const [index, action] of ['/new', '/edit', '/secret', '/delete'].entries()) {
      const form = forms[index];
      if (form) expect(titleOf(await agent.submit(form, action, fields('Other')))).toBe('Is it you?');
    }
    expect(await row('Kept')).toMatchObject({ previous_secret_sealed: null });
    expect(await row('Other')).toBeUndefined();
  });

  it('is for admins only, with a token in every form', async () => {
    const uid = await newWebhook('Closed');
    const reads = ['', '/new', ...['', '/edit', '/secret', '/delete'].map((path) => `/${uid}${path}`)];
    const writes = [
      '/new',
      ...['edit', 'secret', 'delete', 'test', 'enable', 'disable', 'deliveries/1/again'].map(
        (path) => `/${uid}/${path}`,
      ),
    ];
    for (const role of ['compliance', 'member'] as const) {
      const other = await signedIn(server, await newMember(server, role));
      const page = await other.open('/account');
      for (const path of reads) expect((await other.open(PATH + path)).status).toBe(403);
      for (const path of writes) expect((await post(server, other, PATH + path, {}, page)).status).toBe(403);
    }
    for (const path of writes) expect((await post(server, agent, PATH + path, {})).status).toBe(403);
    expect(await row('Closed')).toMatchObject({ enabled: true });
  });
});
