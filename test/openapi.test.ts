import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeclaredAccess } from '../src/auth/declared-access.service.js';
import { startApp, type TestApp } from './support/app.js';
import { call } from './support/client.js';
import {
  type ApiDocument,
  type NamedOperation,
  operationsOf,
  problemsOf,
  resolve,
  type Schema,
} from './support/openapi.js';
import { routesOf } from './support/routes.js';

/** Pages for people (CONTRACT 3), the tools of development, and the description itself. */
const NOT_API =
  /^\/($|(sign-up|sign-in|sign-out|unlock|confirm|confirm-email|revert-email|forgot-password|reset-password)(\/|$)|(account|interaction|admin|dev|assets|language|brand\.css)(\/|$)|api\/(docs|openapi))/;
const FORMS = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
const REFUSAL = '#/components/schemas/Refusal';

describe('the OpenAPI description', () => {
  let server: TestApp;
  let document: ApiDocument;
  let operations: NamedOperation[];
  beforeAll(async () => {
    server = await startApp();
    document = (await call<ApiDocument>(server, 'GET', '/api/openapi.json')).body;
    operations = operationsOf(document);
  });
  afterAll(() => server.close());

  it('is an OpenAPI 3 document', () => {
    expect(operations.length).toBeGreaterThan(10);
    expect(problemsOf(document)).toEqual([]);
  });

  it('has every route of the API, and no other', () => {
    const described = operations.map(({ name }) => name.replace(/\{\w+\}/g, '*'));
    const routes = routesOf(server)
      .map(({ name }) => name)
      .filter((name) => !NOT_API.test(name.split(' ')[1] ?? ''));
    expect([...new Set(described)].sort()).toEqual([...new Set(routes)].sort());
  });

  it('says of every operation what it does and what comes back when it did', () => {
    const silent = operations.filter(({ summary, responses }) => {
      const success = Object.keys(responses).filter((status) => status.startsWith('2'));
      const empty = success.filter((status) => status !== '204' && !hasSchema(responses[status]?.content));
      return !summary || success.length === 0 || empty.length > 0;
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('gives every refusal its one shape', () => {
    const odd = operations.flatMap(({ name, responses }) =>
      Object.entries(responses)
        .filter(([status]) => /^[45]/.test(status))
        .filter(([, { content }]) => content?.['application/json']?.schema?.$ref !== REFUSAL)
        .map(([status]) => `${name}: ${status}`),
    );
    expect(odd).toEqual([]);
    expect(Object.keys(document.components.schemas.Refusal?.properties ?? {})).toEqual(['error', 'code', 'request_id']);
  });

  it('asks for a token exactly where the guard does, and says what happens without a good one', () => {
    const rules = new Map(
      server.app
        .get(DeclaredAccess, { strict: false })
        .routes()
        .map(({ handler, rule }) => [handler.replace('.', '_'), rule]),
    );
    const wrong = operations.filter(({ operationId, security, responses }) => {
      const isPublic = rules.get(operationId) === 'public';
      if (isPublic) return security !== undefined;
      const asks = security?.some((requirement) => 'bearer' in requirement) ?? false;
      return !asks || !('401' in responses) || !('403' in responses);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
    expect(operations.filter(({ operationId }) => !rules.has(operationId))).toEqual([]);
  });

  it('takes every body as JSON and as both kinds of form, with the same fields; files as multipart only', () => {
    const odd = operations.filter(({ requestBody }) => {
      const types = Object.keys(requestBody?.content ?? {});
      const schemas = new Set(Object.values(requestBody?.content ?? {}).map(({ schema }) => JSON.stringify(schema)));
      if (types.length === 0) return false;
      if (types.join() === 'multipart/form-data') return !bodyFields(requestBody).some(isFile);
      return types.sort().join() !== FORMS.join() || schemas.size !== 1;
    });
    expect(odd.map(({ name }) => name)).toEqual([]);
    expect(operations.filter(({ requestBody }) => requestBody !== undefined).length).toBeGreaterThan(5);
  });

  it('explains every field of a body and every parameter, by words or by an example', () => {
    const bare = operations.flatMap(({ name, requestBody, parameters = [] }) => [
      ...bodyFields(requestBody)
        .filter(([, schema]) => !schema.description && schema.example === undefined && !schema.enum)
        .map(([field]) => `${name}: ${field}`),
      ...parameters
        .filter((it) => !it.description && it.schema?.example === undefined && !it.schema?.enum)
        .filter((it) => it.in !== 'path')
        .map((it) => `${name}: ${it.name}`),
    ]);
    expect(bare).toEqual([]);
  });

  function bodyFields(body: NamedOperation['requestBody']): [string, Schema][] {
    return Object.values(body?.content ?? {}).flatMap(({ schema }) =>
      Object.entries(resolve(document, schema).properties ?? {}),
    );
  }
});

describe('the page of the API', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(() => server.close());

  it('loads only what its own policy allows', async () => {
    const page = await call<string>(server, 'GET', '/api/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = directives(page.headers.get('content-security-policy') ?? '');
    expect(policy).toMatchObject({ 'default-src': ["'none'"], 'script-src': ["'self'"], 'connect-src': ["'self'"] });

    const scripts = [...page.body.matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(0);
    // A script in the page itself would need more than 'self'.
    expect(scripts.filter(([, , text = '']) => text.trim() !== '')).toEqual([]);
    if (/<style|\sstyle=/.test(page.body)) expect(policy['style-src']).toContain("'unsafe-inline'");
    expect(page.body).not.toMatch(/\son\w+=/);
    for (const address of addressesIn(page.body)) {
      const { origin, pathname } = new URL(address, `${server.url}/api/docs`);
      expect(origin).toBe(server.url);
      const answer = await fetch(server.url + pathname);
      expect([pathname, answer.status]).toEqual([pathname, 200]);
      await answer.arrayBuffer();
    }
  });
});

const isFile = ([, schema]: [string, Schema]): boolean => schema.format === 'binary';

function hasSchema(content: Record<string, { schema?: Schema }> | undefined): boolean {
  return Object.values(content ?? {}).some(({ schema }) => schema !== undefined);
}

function directives(policy: string): Record<string, string[]> {
  const parts = policy.split(';').map((part) => part.trim().split(/\s+/));
  return Object.fromEntries(parts.map(([name = '', ...sources]) => [name, sources]));
}

function addressesIn(html: string): string[] {
  return [...html.matchAll(/<(?:script|link|img)[^>]*\s(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
}
