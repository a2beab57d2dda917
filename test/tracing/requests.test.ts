import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/infra/database/database.service.js';
import { inRoot } from '../../src/infra/tracing/spans.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, eventually, newPerson, type Person, signIn } from '../support/client.js';
import { newClient, postForm } from '../oauth/flow.js';
import { Collector, type Span } from './collector.js';

const FOREIGN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
/** Few enough to hold all of them. */
const POOL = 2;
const [SERVER, CLIENT, CONSUMER] = [2, 3, 5];

let collector: Collector;
let server: TestApp;
let person: Person;
beforeAll(async () => {
  collector = await Collector.start();
  server = await startApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/base/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key,x-scope=a b',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=tests,service.name=not this',
    OTEL_SERVICE_NAME: 'accounts',
    TRUST_PROXY: '127.0.0.1',
    DATABASE_POOL: String(POOL),
  });
  person = await newPerson(server);
});
afterAll(async () => {
  await server.close();
  await collector.stop();
});

const STEPS = 250;
async function manySteps(): Promise<void> {
  for (let step = 0; step < STEPS; step += 1)
    await server.app.get(Database, { strict: false }).query('many', 'SELECT $1::int', [step]);
}

/** The span of a request, and all of its trace. */
async function traced(answer: { headers: Headers }): Promise<[root: Span, trace: Span[]]> {
  const root = await collector.request(answer.headers.get('x-request-id'));
  return [root, collector.trace(root.traceId)];
}
const namesBelow = (parent: Span, trace: Span[]) =>
  trace.filter(({ parentSpanId }) => parentSpanId === parent.spanId).map(({ name }) => name);

/** A request from an address that TRUST_PROXY does not name, or from one that it does. */
function from(localAddress: string, traceparent: string): Promise<{ headers: Headers }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const headers = { traceparent, tracestate: 'vendor=whatever', baggage: 'name=somebody' };
    const options = { hostname, port, path: '/api/v1/accounts/me', localAddress, headers, agent: false };
    httpRequest(options, (answer) => {
      answer.resume().on('end', () => resolve({ headers: new Headers(answer.headers as Record<string, string>) }));
    })
      .on('error', reject)
      .end();
  });
}

describe('a request', () => {
  it('is a trace named by method and route, with its statements below it', async () => {
    const token = await signIn(server, person);
    const [root, trace] = await traced(await call(server, 'GET', '/api/v1/accounts/me?a=b', { token }));
    expect(root).toMatchObject({ name: 'GET /api/v1/accounts/me', kind: SERVER, status: 0 });
    expect(root.parentSpanId ?? '').toBe('');
    expect(root.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/api/v1/accounts/me',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'barong.request_id': expect.any(String),
    });
    expect(namesBelow(root, trace)).toContain('find-caller');
    expect(trace.find(({ name }) => name === 'find-caller')).toMatchObject({
      kind: CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT' },
    });
  });

  it('has the work after its body was read, the hash and the transaction below it', async () => {
    const body = { ...person, application_id: LOCAL_DEMO };
    const [root, trace] = await traced(await call(server, 'POST', '/api/v1/sessions', { body }));
    const names = namesBelow(root, trace);
    expect(names).toHaveLength(trace.length - 1);
    for (const name of ['password compare', 'START', 'INSERT', 'COMMIT']) expect(names).toContain(name);
  });

  it('keeps its own when it waits for a connection that somebody else had', async () => {
    const token = await signIn(server, person);
    const database = server.app.get(Database, { strict: false });
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let inHand = 0;
    const holders = Array.from({ length: POOL }, () =>
      database.transaction(async (tx) => {
        await tx.query('SELECT 1');
        inHand += 1;
        await held;
      }),
    );
    await eventually(async () => inHand === POOL);
    const asking = Array.from({ length: 3 }, () => call(server, 'GET', '/api/v1/accounts/me', { token }));
    await eventually(async () => database.load.waiting > 0);
    letGo();
    await Promise.all(holders);
    const traces = await Promise.all((await Promise.all(asking)).map(traced));
    for (const [root, trace] of traces) {
      expect(root.attributes['http.response.status_code']).toBe(200);
      expect(namesBelow(root, trace).filter((name) => name === 'find-caller')).toHaveLength(1);
    }
    expect(traces.flatMap(([, trace]) => trace.map(({ name }) => name))).toContain('database wait');
  });

  it('is a trace at the provider as well, which has a router of its own', async () => {
    const client = await newClient(server, { grantTypes: ['client_credentials'] });
    const form = { grant_type: 'client_credentials', ...client.credentials };
    const answer = await postForm(server, '/oauth/token', form);
    expect(answer.status).toBe(200);
    const [root, trace] = await traced(answer);
    expect(root.name).toBe('POST /oauth/token');
    expect(namesBelow(root, trace).length).toBeGreaterThan(0);
    expect(namesBelow(root, trace)).toHaveLength(trace.length - 1);
    const [metadata] = await traced(await call(server, 'GET', '/.well-known/openid-configuration'));
    expect(metadata.name).toBe('GET /.well-known/*');
  });

  it('that nothing answers is told without its path and its method', async () => {
    const [root] = await traced(await call(server, 'PROPFIND', `/nothing/${'x'.repeat(40)}?q=1`));
    expect(root.name).toBe('other unmatched');
    expect(root.attributes).toMatchObject({ 'http.request.method': '_OTHER', 'http.response.status_code': 404 });
    expect(root.attributes).not.toHaveProperty('http.route');
  });

  it('that fails by our fault is an error', async () => {
    await server.sql('ALTER TABLE audit_entries RENAME TO audit_entries_gone');
    const body = { email: 'unlucky@example.com', password: 'a long enough password' };
    const answer = await call(server, 'POST', '/api/v1/accounts', { body });
    await server.sql('ALTER TABLE audit_entries_gone RENAME TO audit_entries');
    const [root, trace] = await traced(answer);
    expect(root).toMatchObject({ status: 2, attributes: { 'error.type': '500', 'http.response.status_code': 500 } });
    expect(trace.filter(({ attributes }) => attributes['error.type'] === '42P01')).toEqual([
      expect.objectContaining({ name: 'INSERT', status: 2 }),
    ]);
  });

  it('for the health of the process is none', async () => {
    const ready = await call(server, 'GET', '/health/ready');
    expect(ready.status).toBe(200);
    const later = await call(server, 'GET', '/api/v1/accounts/me');
    await traced(later);
    const ids = collector.spans.map(({ attributes }) => attributes['barong.request_id']);
    expect(ids).not.toContain(ready.headers.get('x-request-id'));
    const roots = collector.spans.filter(({ parentSpanId }) => !parentSpanId);
    expect(roots.filter(({ kind }) => ![SERVER, CONSUMER].includes(kind))).toEqual([]);
  });

  it('reaches a collector below a path, with the headers that it asks for', () => {
    expect(new Set(collector.received.map(({ path }) => path))).toEqual(new Set(['/base/v1/traces']));
    expect(collector.received[0]?.headers).toMatchObject({ authorization: 'Bearer key', 'x-scope': 'a b' });
    expect(collector.resource).toMatchObject({ 'service.name': 'accounts', 'deployment.environment.name': 'tests' });
  });
});

describe('a job', () => {
  it('belongs to the trace of the request that caused it, and so does what it does', async () => {
    const body = { email: person.email };
    const [root] = await traced(await call(server, 'POST', '/api/v1/security/reset_password', { body }));
    const delivery = await eventually(async () =>
      collector.trace(root.traceId).find(({ name }) => name === 'job notifications.deliver'),
    );
    const trace = collector.trace(root.traceId);
    expect(delivery).toMatchObject({ kind: CONSUMER, attributes: { 'barong.job.attempt': 1 } });
    expect(namesBelow(delivery, trace)).toContain('INSERT');
    const first = trace.find(({ spanId }) => spanId === delivery.parentSpanId);
    expect(first?.name).toBe('job security.send_password_reset');
    expect(namesBelow(root, trace)).toContain('job security.send_password_reset');
    const ids = trace.map(({ spanId }) => spanId);
    expect(trace.filter(({ parentSpanId = '' }) => !ids.includes(parentSpanId)).map(({ name }) => name)).toEqual([
      'POST /api/v1/security/reset_password',
    ]);
  });

  it('of very many steps is told with some of them', async () => {
    await inRoot(['job tests.many', 'consumer', {}], undefined, manySteps);
    const job = await eventually(async () => collector.spans.find(({ name }) => name === 'job tests.many'));
    expect(job.attributes['barong.steps_left_out']).toBe(STEPS - 200);
    expect(namesBelow(job, collector.trace(job.traceId))).toHaveLength(200);
  });
});

describe('traceparent', () => {
  const parent = (flags: string) => `00-${FOREIGN.traceId}-${FOREIGN.spanId}-${flags}`;

  it('is believed from a proxy in TRUST_PROXY, and nothing else is', async () => {
    const [root] = await traced(await from('127.0.0.1', parent('01')));
    expect([root.traceId, root.parentSpanId]).toEqual([FOREIGN.traceId, FOREIGN.spanId]);
    expect(JSON.stringify(collector.received)).not.toMatch(/whatever|somebody/);
  });

  it('is ignored from anybody else', async () => {
    const [root] = await traced(await from('127.0.0.2', parent('01')));
    expect(root.traceId).not.toBe(FOREIGN.traceId);
    expect(root.parentSpanId ?? '').toBe('');
  });

  it('of a trace that is not recorded has nothing recorded here', async () => {
    const silent = await from('127.0.0.1', parent('00'));
    await traced(await from('127.0.0.1', parent('01')));
    const ids = collector.spans.map(({ attributes }) => attributes['barong.request_id']);
    expect(ids).not.toContain(silent.headers.get('x-request-id'));
  });

  it.each(['', 'x', '00-0-0-01', `00-${'0'.repeat(32)}-${FOREIGN.spanId}-01`, `ff-${parent('01').slice(3)}`])(
    'that is none begins a trace: %s',
    async (text) => {
      const [root] = await traced(await from('127.0.0.1', text));
      expect(root.parentSpanId ?? '').toBe('');
    },
  );
});
