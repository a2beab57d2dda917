import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from './support/app.js';
import { call, messageTo, newPerson, tokenIn } from './support/client.js';

const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };

describe('pages that links in mails lead to', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(() => server.close());

  const submit = (path: string, fields: Record<string, string>, headers: Record<string, string> = SAME_ORIGIN) =>
    call<string>(server, 'POST', path, { body: new URLSearchParams(fields), headers });
  const linkIn = (text: string) => /http:\S+/.exec(text)?.[0].replace(server.url, '') ?? '';

  it('confirm an address with a button, and not by being opened (C-26)', async () => {
    const email = 'linda@example.com';
    await call(server, 'POST', '/api/v1/accounts', { body: { email, password: 'a long enough password' } });
    const mail = await messageTo(server, email);
    for (let opened = 0; opened < 2; opened += 1) {
      const page = await call<string>(server, 'GET', linkIn(mail.text));
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.headers.get('referrer-policy')).toBe('no-referrer');
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.body).toContain('<form method="post" action="/confirm">');
    }
    const confirmation_token = tokenIn(mail, 'confirmation_token');
    expect((await submit('/confirm', { confirmation_token })).body).toContain('Your address is confirmed');
    expect((await submit('/confirm', { confirmation_token })).body).toContain('This link is not good any more');
    const [row] = await server.sql('SELECT state, level FROM accounts WHERE email = $1', [email]);
    expect(row).toEqual({ state: 'active', level: 1 });
  });

  it('set a new password, and tell what is wrong with a weak one (C-25)', async () => {
    const person = await newPerson(server);
    expect((await submit('/forgot-password', { email: person.email })).body).toContain('is on its way');
    const mail = await messageTo(server, person.email, 2);
    const reset_password_token = tokenIn(mail, 'reset_password_token');
    expect((await call<string>(server, 'GET', linkIn(mail.text))).body).toContain('name="reset_password_token"');

    const weak = await submit('/reset-password', { reset_password_token, password: 'password1' });
    expect(weak.body).toContain('Password is too common');
    const password = 'another long password';
    expect((await submit('/reset-password', { reset_password_token, password })).body).toContain(
      'Your new password holds',
    );
    expect((await submit('/reset-password', { reset_password_token, password })).body).toContain('not good any more');
    const body = { email: person.email, password, application_id: LOCAL_DEMO };
    expect((await call(server, 'POST', '/api/v1/sessions', { body })).status).toBe(201);
  });

  it('answer alike for an address that nobody has (C-03)', async () => {
    const known = await newPerson(server);
    const answers = await Promise.all(
      [known.email, 'nobody@example.com', 'no address'].map((email) => submit('/forgot-password', { email })),
    );
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body}`)).size).toBe(1);
  });

  it('take forms from our own pages only (C-48)', async () => {
    const fields = { email: 'a@example.com' };
    expect((await submit('/forgot-password', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await submit('/forgot-password', fields, { origin: 'null' })).status).toBe(403);
    expect((await submit('/forgot-password', fields, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await submit('/forgot-password', fields, { origin: server.url })).status).toBe(200);
  });

  it('escape what they show', async () => {
    const page = await call<string>(
      server,
      'GET',
      '/confirm?confirmation_token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E',
    );
    expect(page.body).not.toContain('<script>alert');
    expect(page.body).toContain('&quot;>&lt;script>');
  });
});
