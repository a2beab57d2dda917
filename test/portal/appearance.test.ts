import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, signInAdmin } from '../support/client.js';
import { titleOf } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';
import { newClient, requestOf } from '../oauth/flow.js';

let server: TestApp;
let admin: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await signInAdmin(server);
});
afterAll(() => server.close());

describe('the brand of a website', () => {
  const branding = {
    host: '127.0.0.1',
    name: 'Ápex <Exchange>'.replace(/[<>]/g, ''),
    primary_color: '#ffe600',
    background_color: '#fafafa',
    logo_path: '/assets/icon.svg',
    support_email: 'help@apex.example',
  };

  it('is on every page of its host, the sign-in of applications too, and goes with it', async () => {
    const made = await call<{ id: string }>(server, 'POST', '/api/v1/admin/websites', { token: admin, body: branding });
    expect(made.status).toBe(201);
    const agent = new UserAgent(server.url);
    const interaction = await agent.open((await requestOf(await newClient(server))).url);
    for (const page of [await agent.open('/'), interaction, await agent.open('/forgot-password')]) {
      expect(page.html).toContain('Ápex Exchange');
      expect(page.html).toMatch(/<img src="\/assets\/icon.svg" alt/);
      expect(page.html).toContain('href="mailto:help@apex.example"');
    }
    const sheet = /href="(\/brand\.css\?v=\d+)"/.exec(interaction.html)?.[1] ?? '';
    const css = await call<string>(server, 'GET', sheet);
    expect(css.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(css.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(css.body).toContain('--pico-background-color:#fafafa');
    // Yellow cannot be read on white: it was darkened for light pages and is as it is in the dark.
    expect(css.body).toMatch(/^:root\{--accent:#(?!ffe600)[0-9a-f]{6}/);
    expect(css.body).toContain('dark){:root{--accent:#ffe600');

    await call(server, 'DELETE', `/api/v1/admin/websites/${made.body.id}`, { token: admin });
    expect((await agent.open('/')).html).not.toContain('Ápex');
  });
});

describe('the language of a page', () => {
  const languageOf = ({ html }: { html: string }) => /<html lang="(\w+)"/.exec(html)?.[1];

  it('is what the browser prefers, else English', async () => {
    const open = async (accepted: string) =>
      languageOf({
        html: (await call<string>(server, 'GET', '/sign-in', { headers: { 'accept-language': accepted } })).body,
      });
    expect(await open('es-MX,es;q=0.9,en;q=0.5')).toBe('es');
    expect(await open('uk,fr;q=0.5')).toBe('en');
    expect(await open('constructor')).toBe('en');
  });

  it('is what the application asks for by ui_locales, unless the person chose another', async () => {
    const agent = new UserAgent(server.url);
    const request = await requestOf(await newClient(server), { ui_locales: 'uk es' });
    const page = await agent.open(request.url);
    expect([languageOf(page), titleOf(page)]).toEqual(['es', 'Iniciar sesión']);
    const wrong = await agent.submit(page, '/sign-in', { email: 'x@example.com', password: 'not this one' });
    expect(wrong.html).toContain('El correo electrónico o la contraseña no son correctos.');
    const chosen = await agent.submit(page, '/language', { language: 'en' });
    expect([languageOf(chosen), titleOf(chosen), chosen.url]).toEqual(['en', 'Sign in', page.url]);
  });

  it('leads from the switch to a path of this server only', async () => {
    const agent = new UserAgent(server.url);
    const body = new URLSearchParams({ language: 'es', return_to: '//evil.example/' });
    const page = await agent.request(new URL('/language', server.url), { method: 'POST', body });
    expect([page.url, languageOf(page)]).toEqual([`${server.url}/`, 'es']);
  });
});

describe('an address without a page', () => {
  it('is a page for people and JSON for programs', async () => {
    const page = await call<string>(server, 'GET', '/nowhere', { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('<h1>There is nothing here</h1>');
    expect((await call(server, 'GET', '/api/v1/nowhere', { headers: { accept: 'text/html' } })).body).toMatchObject({
      error: 'Not Found',
    });
    await newPerson(server);
  });
});
