import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call } from '../support/client.js';
import { routesOf } from '../support/routes.js';

interface Description {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, { security?: unknown[]; responses: Record<string, unknown> }>>;
}

let server: TestApp;
let description: Description;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  description = (await call<Description>(server, 'GET', '/api/openapi.json')).body;
});
afterAll(() => server.close());

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
