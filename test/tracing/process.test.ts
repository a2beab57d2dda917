import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ADMIN } from '../support/app.js';
import { call, eventually, signIn } from '../support/client.js';
import { freePort } from '../support/free-port.js';
import { type ServerProcess, startProcess } from '../support/server-process.js';
import { Collector } from './collector.js';

const TELL = `--require=${path.join(import.meta.dirname, 'loaded-packages.cjs')}`;
const loadedBy = ({ output }: ServerProcess) => /^LOADED (.*)$/m.exec(output())?.[1]?.split(' ');

interface Line {
  msg: string;
  route?: string;
  trace_id?: string;
  span_id?: string;
  request_id?: string;
  error?: string;
}
const linesOf = ({ output }: ServerProcess): Line[] =>
  output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
const lineOf = (server: ServerProcess, id: string | null) => linesOf(server).find((line) => line.request_id === id);
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const AWAY = 'traces are not exported, those of now are lost';
const BACK = 'traces are exported again';

let collector: Collector;
let server: ServerProcess | undefined;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(async () => {
  await server?.clean();
  server = undefined;
  await collector.stop();
});
const start = async (env: Record<string, string> = {}) => (server = await startProcess({ ...env, NODE_OPTIONS: TELL }));
const me = async (of: ServerProcess, headers: Record<string, string> = {}) => {
  const answer = await call(of, 'GET', '/api/v1/accounts/me', { headers });
  expect(answer.status).toBe(401);
  return answer.headers.get('x-request-id');
};

describe('without OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  it('nothing of OpenTelemetry is loaded but what a library of metrics brings, and lines name no trace', async () => {
    const without = await start({ OTEL_SERVICE_NAME: 'barong', OTEL_TRACES_SAMPLER_ARG: '1' });
    await signIn(without, ADMIN);
    await me(without);
    expect(await without.stop()).toBe(0);
    expect(loadedBy(without)).toEqual(['api']);
    expect(linesOf(without).filter((line) => line.trace_id !== undefined)).toEqual([]);
  });
});

describe('with a collector', () => {
  it('that refuses what it gets, this is told of once, and so is that it takes it again', async () => {
    collector.status = 400;
    const traced = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRUST_PROXY: '127.0.0.1' });
    for (let exports = 1; exports <= 3; exports += 1) {
      await me(traced);
      await eventually(async () => collector.received.length >= exports);
    }
    collector.status = 200;
    await me(traced);
    await eventually(async () => linesOf(traced).some(({ msg }) => msg === BACK));
    const told = linesOf(traced).filter(({ msg }) => [AWAY, BACK].includes(msg));
    expect(told.map(({ msg, error, trace_id }) => [msg, error, trace_id])).toEqual([
      [AWAY, '400', undefined],
      [BACK, undefined, undefined],
    ]);

    const unrecorded = await me(traced, { traceparent: `00-${TRACE}-b7ad6b7169203331-00` });
    const last = await me(traced);
    expect(await traced.stop()).toBe(0);
    // Sent at the very end, and not a moment later.
    const root = collector.spans.find((span) => span.attributes['barong.request_id'] === last);
    expect(lineOf(traced, last)).toMatchObject({ msg: 'request', trace_id: root?.traceId, span_id: root?.spanId });
    expect(lineOf(traced, unrecorded)).toMatchObject({ trace_id: TRACE });
    const health = linesOf(traced).filter(({ route }) => route === '/health/ready');
    expect(new Set(health.map(({ trace_id }) => trace_id))).toEqual(new Set([undefined]));
    expect(loadedBy(traced)).toEqual(expect.arrayContaining(['sdk-trace', 'exporter-trace-otlp-http']));
  });

  it('that is not there, nobody is kept from anything, nor the process from its end', async () => {
    const traced = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` });
    await signIn(traced, ADMIN);
    await eventually(async () => linesOf(traced).some(({ msg, error }) => msg === AWAY && error === 'ECONNREFUSED'));
    await signIn(traced, ADMIN);
    expect(await traced.stop()).toBe(0);
  });
});
