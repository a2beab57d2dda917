import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { USUAL, LIGHT_TEXT } from '../../src/admin/console/website-preview.js';
import { startApp, type TestApp } from '../support/app.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import type { UserAgent } from '../support/user-agent.js';
import { type Member, newMember } from './staff.js';

const PATH = '/admin/websites';
const LOOKS = { name: 'Example', primary_color: '#FFE600', background_color: '#ffffff', own_primary: '1' };

let server: TestApp;
let admin: Member;
let agent: UserAgent;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  agent = await signedIn(server, admin);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => server.close());

const send = async (fields: Record<string, string>) => agent.submit(await agent.open(`${PATH}/new`), '/new', fields);
const rows = (host: string) => server.sql('SELECT * FROM websites WHERE host = $1', [host]);

async function newWebsite(host: string): Promise<string> {
  await send({ ...LOOKS, host });
  return String((await rows(host))[0]?.id);
}

describe('the websites of the console', () => {
  it('creates one and lists it', async () => {
    const page = await send({ ...LOOKS, host: 'First.Example.com', support_email: 'help@example.com' });
    expect([page.url, noticesOf(page)]).toEqual([
      `${server.url}${PATH}?done=created`,
      ['The website is there. Its host looks like it within ten seconds.'],
    ]);
    expect(textOf(page)).toContain('first.example.com');
    expect(await rows('first.example.com')).toMatchObject([
      { name: 'Example', primary_color: '#ffe600', background_color: null, support_email: 'help@example.com' },
    ]);
    const [entry] = await server.sql(`SELECT * FROM audit_entries WHERE action = 'website.created' ORDER BY id DESC`);
    expect(entry).toMatchObject({ actor_uid: admin.uid });
  });

  it('shows the form again with what was typed and says which fields are wrong', async () => {
    const page = await send({ ...LOOKS, host: 'no host', name: '<b>', logo_path: '//evil.example/x.png' });
    expect([page.status, noticesOf(page)[0]]).toEqual([422, 'Please look again at the marked fields.']);
    expect(page.html).toMatch(/<input[^>]*name="host"[^>]*value="no host"[^>]*aria-invalid/);
    expect(page.html).toMatch(/<input[^>]*name="logo_path"[^>]*value="\/\/evil\.example\/x\.png"[^>]*aria-invalid/);
    expect(page.html).toMatch(/<input[^>]*name="own_primary"[^>]*checked/);
    await newWebsite('taken.example.com');
    const taken = await send({ ...LOOKS, host: 'taken.example.com' });
    expect([taken.status, textOf(taken)]).toEqual([422, expect.stringContaining('that no other website has')]);
  });

  it('changes one; an unticked colour is taken away', async () => {
    const id = await newWebsite('second.example.com');
    const { own_primary: _own, ...plain } = LOOKS;
    const fields = { ...plain, host: 'second.example.com', own_background: '1', background_color: '#eeeeee' };
    const page = await agent.submit(await agent.open(`${PATH}/${id}`), `/${id}`, fields);
    expect(page.url).toContain('done=changed');
    expect(await rows('second.example.com')).toMatchObject([{ primary_color: null, background_color: '#eeeeee' }]);
    expect((await agent.submit(await agent.open(`${PATH}/${id}`), `/${id}`, { ...fields, name: '' })).status).toBe(422);
  });

  it('shows colours that are not saved, and what was made of them to be readable', async () => {
    const id = await newWebsite('third.example.com');
    const typed = { ...LOOKS, host: 'typed.example.com', own_background: '1', background_color: '#333333' };
    const page = await post(server, agent, `${PATH}/${id}/preview`, typed, await agent.open(`${PATH}/${id}`));
    expect([page.status, titleOf(page)]).toEqual([200, 'Website third.example.com']);
    expect(page.html).toContain('value="typed.example.com"');
    expect(textOf(page)).toMatch(/made darker than #ffe600.*as chosen.*please choose a lighter background/s);
    expect(page.html).toContain('href="/admin/websites/preview.css?primary=ffe600&amp;background=333333"');
    expect(await rows('third.example.com')).toMatchObject([{ background_color: null }]);
    const fresh = await post(server, agent, `${PATH}/new/preview`, typed, await agent.open(`${PATH}/new`));
    expect([fresh.status, titleOf(fresh)]).toEqual([200, 'New website']);
  });

  it('puts nothing but colours into the sheet of the preview', async () => {
    const sheet = async (query: string) => (await agent.open(`${PATH}/preview.css?${query}`)).html;
    expect(await sheet('primary=0b5cad&background=EEEEEE')).toContain('.sample.light{--pico-background-color:#eeeeee}');
    const usual = await sheet('');
    expect(await sheet(`primary=${encodeURIComponent('}*{x:y')}`)).toBe(usual);
    expect(
      (await agent.open(`${PATH}/preview.css?primary=${encodeURIComponent('red;}body{display:none')}`)).status,
    ).toBe(400);
  });

  it('shows the samples in the very colours of our pages', async () => {
    const theme = await readFile('public/theme.css', 'utf8');
    const preview = await readFile('public/preview.css', 'utf8');
    const declarations = /^\s+(--(?:surface|good|bad|pico)[a-z0-9-]*: (?:#[0-9a-f]+|var\(--[a-z-]+\));)$/gm;
    for (const [, declaration = ''] of preview.matchAll(declarations)) expect(theme).toContain(declaration);
    for (const { accent, accentStrong } of [USUAL.light, USUAL.dark]) {
      expect(theme).toContain(`--accent: ${accent};`);
      expect(theme).toContain(`--accent-strong: ${accentStrong};`);
    }
    expect(theme).toContain(`--pico-color: ${LIGHT_TEXT};`);
  });

  it('deletes one after asking', async () => {
    const id = await newWebsite('last.example.com');
    const page = await agent.submit(await agent.open(`${PATH}/${id}/delete`), '/delete');
    expect(noticesOf(page)).toEqual([expect.stringContaining('The website is deleted.')]);
    expect(await rows('last.example.com')).toEqual([]);
    expect((await agent.open(`${PATH}/${id}`)).status).toBe(404);
  });

  it('asks who it is before one is deleted when the sign-in is a while ago', async () => {
    const id = await newWebsite('kept.example.com');
    const form = await agent.open(`${PATH}/${id}/delete`);
    const later = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect(titleOf(await agent.submit(form, '/delete'))).toBe('Is it you?');
    expect(await rows('kept.example.com')).toHaveLength(1);
  });

  it('is for admins only, with a token in every form', async () => {
    const id = await newWebsite('closed.example.com');
    const reads = ['', '/new', `/${id}`, `/${id}/delete`, '/preview.css'];
    const writes = ['/new', '/new/preview', `/${id}`, `/${id}/preview`, `/${id}/delete`];
    for (const role of ['compliance', 'member'] as const) {
      const other = await signedIn(server, await newMember(server, role));
      const page = await other.open('/account');
      for (const path of reads) expect((await other.open(PATH + path)).status).toBe(403);
      for (const path of writes) expect((await post(server, other, PATH + path, LOOKS, page)).status).toBe(403);
    }
    for (const path of writes) expect((await post(server, agent, PATH + path, LOOKS)).status).toBe(403);
    expect(await rows('closed.example.com')).toHaveLength(1);
  });
});
