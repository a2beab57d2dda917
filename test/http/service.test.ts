import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../src/infra/database/data-source-options.js';
import { Lifecycle } from '../../src/infra/telemetry/lifecycle.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, newPerson, outcome, signIn } from '../support/client.js';
import { routesOf } from '../support/routes.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const UNAVAILABLE = [503, 'The service is temporarily unavailable'];

interface Description {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, { security?: unknown[]; responses: Record<string, unknown> }>>;
}

let server: TestApp;
let description: Description;
let answers: [name: string, answer: Answer][];
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  const person = await newPerson(server);
  const token = await signIn(server, person);
  const sessions = '/api/v1/sessions';
  answers = [
    ['a success', await call(server, 'GET', '/api/v1/accounts/me', { token })],
    ['a token', await call(server, 'POST', sessions, { body: { ...person, application_id: 'local-demo' } })],
    ['an empty success', await call(server, 'DELETE', `${sessions}/current`, { token })],
    ['a 400', await call(server, 'POST', '/api/v1/accounts', { body: {} })],
    ['a 401', await call(server, 'GET', '/api/v1/accounts/me')],
    ['a 404', await call(server, 'GET', '/nothing')],
    ['a 405', await call(server, 'GET', '/api/v1/accounts')],
    ['a 415', await call(server, 'POST', '/api/v1/accounts', { headers: { 'content-type': 'text/plain' }, body: 'x' })],
    ['a page', await call(server, 'GET', '/dev/outbox')],
    ['health', await call(server, 'GET', '/health/live')],
    ['the keys', await call(server, 'GET', '/oauth/jwks')],
    ['a style sheet', await call(server, 'GET', '/assets/barong.css')],
    ['options', await call(server, 'OPTIONS', '/api/v1/accounts/me')],
  ];
  description = (await call<Description>(server, 'GET', '/api/openapi.json')).body;
});
afterAll(() => server.close());

const each = (check: (name: string, headers: Headers, answer: Answer) => void) => {
  expect(answers.map(([, { status }]) => status)).toEqual([
    200, 201, 204, 400, 401, 404, 405, 415, 200, 200, 200, 200, 204,
  ]);
  for (const [name, answer] of answers) check(name, answer.headers, answer);
};

describe('every answer (C-49)', () => {
  it('forbids browsers to guess, frame, load from elsewhere or tell where it came from', () => {
    each((name, headers) => {
      expect([name, headers.get('x-content-type-options')]).toEqual([name, 'nosniff']);
      expect([name, headers.get('x-frame-options')]).toEqual([name, 'DENY']);
      expect([name, headers.get('referrer-policy')]).toEqual([name, 'no-referrer']);
      expect([name, headers.get('cross-origin-opener-policy')]).toEqual([name, 'same-origin']);
      expect([name, headers.get('cross-origin-resource-policy')]).toEqual([name, 'same-origin']);
      expect([name, headers.get('permissions-policy')]).toMatchObject([name, expect.stringContaining('camera=()')]);
      const policy = headers.get('content-security-policy') ?? '';
      for (const directive of [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
      ]) {
        expect([name, policy]).toEqual([name, expect.stringContaining(directive)]);
      }
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
    });
  });

  it('is kept by nobody unless everyone may see it', () => {
    const shared = ['the keys', 'a style sheet'];
    each((name, headers) => {
      if (!shared.includes(name)) expect([name, headers.get('cache-control')]).toEqual([name, 'no-store']);
      expect([name, headers.get('etag')]).toEqual([name, name === 'a style sheet' ? expect.anything() : null]);
    });
  });

  it('does not tell what it was made with', () => {
    each((name, headers) => {
      expect([name, headers.get('x-powered-by'), headers.get('server')]).toEqual([name, null, null]);
    });
  });

  it('has an id of its own, that no caller chooses', async () => {
    const ids = answers.map(([, { headers }]) => headers.get('x-request-id') ?? '');
    for (const id of ids) expect(id).toMatch(UUID);
    expect(new Set(ids).size).toBe(ids.length);
    const headers = { 'x-request-id': 'chosen' };
    expect((await call(server, 'GET', '/health/live', { headers })).headers.get('x-request-id')).toMatch(UUID);
  });

  it('promises https only where there is https', async () => {
    each((name, headers) => expect([name, headers.get('strict-transport-security')]).toEqual([name, null]));
  });
});

it('a refusal has error, code and the id of the request, and nothing else (C-60)', () => {
  const refusals = answers.filter(([, { status }]) => status >= 400);
  expect(refusals).toHaveLength(5);
  for (const [, { body, headers }] of refusals) {
    expect(body).toEqual({
      error: expect.any(String),
      code: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/),
      request_id: headers.get('x-request-id'),
    });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:|\.js:|SELECT|at \w+ \(|Error:/);
  }
});

const described = () =>
  Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '*')}`,
      operation,
    })),
  );

describe('the description of the API', () => {
  it('is OpenAPI 3 and names every route of the API that there is', () => {
    expect(description.openapi).toMatch(/^3\./);
    expect(description.servers).toEqual([{ url: server.url }]);
    const routes = routesOf(server).map(({ name }) => name);
    const names = described().map(({ name }) => name);
    expect(names.filter((name) => name.includes(' /api/')).sort()).toEqual(
      routes.filter((name) => name.includes(' /api/v1/')).sort(),
    );
  });

  it('says of every route that asks for a token that it may answer 401 and 403', () => {
    const closed = described().filter(({ operation }) => operation.security !== undefined);
    expect(closed.length).toBeGreaterThan(5);
    for (const { name, operation } of closed) {
      expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining(['401', '403'])]);
    }
  });

  it('has a page that loads nothing from elsewhere', async () => {
    const page = await call<string>(server, 'GET', '/api/docs');
    expect(page.status).toBe(200);
    expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    for (const [, file = ''] of page.body.matchAll(/(?:src|href)="([^"]+\.(?:js|css|png))"/g)) {
      const path = new URL(file, `${server.url}/api/docs`).pathname;
      expect([path, (await call(server, 'GET', path)).status]).toEqual([path, 200]);
    }
  });
});

const live = () => call(server, 'GET', '/health/live');
const ready = () => call(server, 'GET', '/health/ready');

describe('health', () => {
  it('is live and ready while all is well', async () => {
    expect(outcome(await live())).toEqual([200, { status: 'live' }]);
    expect(outcome(await ready())).toEqual([200, { status: 'ready' }]);
  });

  it('is not ready on an older schema', async () => {
    const newest = MIGRATIONS.at(-1)?.name;
    await server.sql(`UPDATE migrations SET name = name || '-not-yet' WHERE name = $1`, [newest]);
    const answer = await ready();
    expect(outcome(answer)).toEqual(UNAVAILABLE);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]$/);
    expect((await live()).status).toBe(200);
    await server.sql(`UPDATE migrations SET name = $1 WHERE name = $1 || '-not-yet'`, [newest]);
    expect((await ready()).status).toBe(200);
  });

  // Last: there is no way back from it.
  it('is not ready any more while it drains, but still serves (C-84)', async () => {
    server.app.get(Lifecycle, { strict: false }).startDraining();
    const answer = await ready();
    expect(outcome(answer)).toEqual(UNAVAILABLE);
    expect((await live()).status).toBe(200);
    expect((await call(server, 'POST', '/api/v1/accounts', { body: {} })).status).toBe(400);
  });
});
