import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProxySightings } from '../../src/infra/telemetry/proxy-sightings.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually } from '../support/client.js';
import { type ServerProcess, startProcess } from '../support/server-process.js';

const PASSED_ON = 'A proxy that TRUST_PROXY does not name';
const TRACES = ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via'];

const warningsOf = ({ output }: ServerProcess) =>
  output()
    .split('\n')
    .filter((line) => line.includes(PASSED_ON));
const sightingsOf = (server: Pick<TestApp, 'sql'>) =>
  server.sql<{ trusted: string }>('SELECT trusted, seen_at FROM proxy_sightings');

describe('a proxy that nobody named (C-11)', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startProcess({ LOG_LEVEL: 'warn' });
  });
  afterAll(() => server.clean());

  it('is told in the log once, not once a request, and nothing of what it sent', async () => {
    for (let n = 0; n < 3; n += 1) await call(server, 'GET', '/health/live');
    expect(warningsOf(server)).toEqual([]);
    for (const name of [...TRACES, ...TRACES]) {
      await call(server, 'GET', '/health/live', { headers: { [name]: '203.0.113.77' } });
    }
    await eventually(async () => (await sightingsOf(server)).length === 1);
    expect(warningsOf(server)).toHaveLength(1);
    expect(server.output()).not.toContain('203.0.113.77');
    expect(JSON.stringify(await sightingsOf(server))).not.toContain('203.0.113.77');
  });
});

describe('what was seen of proxies', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp({ TRUST_PROXY: '203.0.113.1' });
  });
  afterAll(() => server.close());

  it('counts for the TRUST_PROXY that it was seen with, and for seven days', async () => {
    const sightings = server.app.get(ProxySightings, { strict: false });
    await call(server, 'GET', '/health/live', { headers: { Via: '1.1 edge' } });
    expect(await eventually(() => sightings.last())).toBeInstanceOf(Date);
    await server.sql(`UPDATE proxy_sightings SET seen_at = now() - interval '8 days'`);
    expect(await sightings.last()).toBeUndefined();
    await server.sql(`UPDATE proxy_sightings SET seen_at = now(), trusted = 'what was set before'`);
    expect(await sightings.last()).toBeUndefined();
  });
});
