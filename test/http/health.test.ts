import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../src/infra/database/data-source-options.js';
import { Lifecycle } from '../../src/infra/telemetry/lifecycle.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, outcome } from '../support/client.js';

const UNAVAILABLE = [503, 'The service is temporarily unavailable'];

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

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
