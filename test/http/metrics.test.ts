import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { Config, ConfigError } from '../../src/config/config.js';
import { GaugeSources } from '../../src/infra/metrics/gauge-sources.service.js';
import { MetricsServer } from '../../src/infra/metrics/metrics-server.js';
import { CleanUps } from '../../src/infra/queue/clean-ups.service.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { call, eventually, newPerson, type Person, signIn } from '../support/client.js';
import { metricsText, namesOf, type Sample, samplesOf } from '../support/metrics.js';
import { newClient, tokensFor } from '../oauth/flow.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

let server: TestApp;
let port: number;
let person: Person;
beforeAll(async () => {
  port = await freePort();
  server = await startApp({ METRICS_PORT: String(port), RATE_LIMITS: 'on' });
  person = await newPerson(server);
});
afterAll(() => server.close());

const scrape = async () => samplesOf(await metricsText(port));

/** Of all samples that have at least these labels, the sum; undefined when there is none. */
function sum(samples: Sample[], name: string, labels: Record<string, string> = {}): number | undefined {
  const found = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return found.length > 0 ? found.reduce((total, { value }) => total + value, 0) : undefined;
}

/** By how much something grew; it may be counted a moment after the answer has come. */
async function growth(name: string, labels: Record<string, string>, work: () => Promise<unknown>): Promise<number> {
  const before = sum(await scrape(), name, labels) ?? 0;
  await work();
  return eventually(async () => (sum(await scrape(), name, labels) ?? 0) - before || undefined);
}

const trySignIn = (password: string, email = person.email) =>
  call(server, 'POST', '/api/v1/sessions', { body: { email, password, application_id: LOCAL_DEMO } });
const signIns = 'barong_sign_ins_total';

describe('metrics', () => {
  it('count requests by pattern of the route and status', async () => {
    const labels = { method: 'GET', route: '/api/v1/accounts/me', status: '401' };
    expect(await growth('barong_http_requests_total', labels, () => call(server, 'GET', '/api/v1/accounts/me'))).toBe(
      1,
    );
    const { status: _, ...timed } = labels;
    const samples = await scrape();
    expect(sum(samples, 'barong_http_request_duration_seconds_count', timed)).toBeGreaterThan(0);
    expect(sum(samples, 'barong_http_request_duration_seconds_bucket', { ...timed, le: '+Inf' })).toBeGreaterThan(0);
  });

  it('make one series of any number of paths that nothing answers', async () => {
    const labels = { method: 'GET', route: 'unmatched', status: '404' };
    const ask = () => Promise.all(Array.from({ length: 100 }, (_, n) => call(server, 'GET', `/nothing/${n}?x=${n}`)));
    const before = sum(await scrape(), 'barong_http_requests_total', labels) ?? 0;
    await ask();
    await eventually(async () => sum(await scrape(), 'barong_http_requests_total', labels) === before + 100);
    const routes = (await scrape()).filter(
      ({ name, labels: { route } }) => name.includes('http') && route?.includes('nothing'),
    );
    expect(routes).toEqual([]);
  });

  it("name the provider's routes, without the ids in them", async () => {
    const seen = async () =>
      new Set((await scrape()).map(({ labels }) => labels.route ?? '').filter((route) => route.includes('oauth')));
    await call(server, 'POST', '/oauth/token');
    await call(server, 'GET', '/oauth/authorize/secret-id');
    await call(server, 'GET', '/oauth/nothing-here');
    await eventually(async () => (await seen()).has('/oauth/authorize/:id'));
    expect([...(await seen())].filter((route) => /secret|nothing/.test(route))).toEqual([]);
    expect([...(await seen())]).toContain('/oauth/token');
  });

  it('count sign-ins by how they ended, and tokens by grant', async () => {
    const success = () => growth(signIns, { result: 'success' }, () => signIn(server, person));
    expect(await growth('barong_tokens_issued_total', { grant: 'session' }, success)).toBe(1);
    expect(await growth(signIns, { result: 'wrong_password' }, () => trySignIn('wrong'))).toBe(1);
    const client = await newClient(server);
    const grant = { grant: 'authorization_code' };
    expect(await growth('barong_tokens_issued_total', grant, () => tokensFor(server, client, person))).toBe(1);
  });

  it('count limits that were hit', async () => {
    const email = 'nobody-at-all@example.com';
    const guess = async () => {
      while ((await trySignIn('wrong', email)).status !== 429);
    };
    const hit = () => growth('barong_limits_hit_total', { limit: 'sign-in-wait' }, guess);
    expect(await growth(signIns, { result: 'limited' }, hit)).toBe(1);
  });

  it('count jobs and mails', async () => {
    const done = { task: 'notifications.deliver', outcome: 'done' };
    const signUp = () =>
      call(server, 'POST', '/api/v1/accounts', {
        body: { email: 'mailed@example.com', password: 'a long enough password' },
      });
    const mailed = () => growth('barong_mails_total', { outcome: 'sent' }, signUp);
    expect(await growth('barong_jobs_total', done, mailed)).toBe(1);
  });

  it('count what the clean-up removes, and when it last did', async () => {
    await server.sql(`INSERT INTO revocations VALUES ('a', now() - interval '1 day'), ('b', now() - interval '1 day')`);
    const run = () => server.app.get(CleanUps, { strict: false }).run();
    const table = { table: 'revocations' };
    expect(await growth('barong_clean_up_rows_total', table, run)).toBe(2);
    const samples = await scrape();
    expect(sum(samples, 'barong_clean_up_last_success_timestamp_seconds', table)).toBeGreaterThan(1e9);
    expect(sum(samples, 'barong_clean_up_behind', table)).toBe(0);
    expect(sum(samples, 'barong_clean_up_batch_seconds_count')).toBeGreaterThan(0);
  });

  it('tell the pool, the hashing queue, the keys and the process itself', async () => {
    const samples = await scrape();
    const told = (name: string, labels = {}) => sum(samples, name, labels);
    expect(told('barong_database_pool_size')).toBe(server.config.databasePool);
    expect(told('barong_database_pool_connections')).toBeGreaterThan(0);
    expect(told('barong_hash_queue_tasks', { state: 'waiting' })).toBe(0);
    expect(told('barong_ready')).toBe(1);
    expect(told('barong_signing_key_activated_timestamp_seconds', { algorithm: 'RS256' })).toBeGreaterThan(1e9);
    expect(told('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  });

  it('have labels of ours only: nothing of what people sent (C-59)', async () => {
    await call(server, 'GET', `/account/${person.email}`);
    await call(server, 'GET', `/api/v1/admin/accounts/${person.email}`);
    const accounts = await server.sql<{ uid: string; email: string }>('SELECT uid, email FROM accounts');
    const text = await metricsText(port);
    const personal = accounts.flatMap(({ uid, email }) => [uid, email, email.split('@')[0] ?? '']);
    expect(personal.filter((value) => value !== 'admin' && text.includes(value))).toEqual([]);
    expect(text).not.toMatch(/@|127\.0\.0\.1|eyJ/);
    const labels = samplesOf(text).flatMap((sample) => Object.keys(sample.labels));
    expect(new Set(labels.filter((label) => label !== 'le'))).toEqual(
      new Set([
        ...['method', 'route', 'status', 'state', 'result', 'grant', 'limit', 'task', 'outcome', 'table', 'algorithm'],
        // Of the process: its memory spaces, kinds of garbage collection, open handles, version.
        ...['space', 'kind', 'type', 'version', 'major', 'minor', 'patch'],
      ]),
    );
  });

  it('are told at their own port, at one path, and never at the public one', async () => {
    const own = { url: `http://127.0.0.1:${port}` };
    expect((await call(server, 'GET', '/metrics')).status).toBe(404);
    expect((await call(own, 'GET', '/')).status).toBe(404);
    expect((await call(own, 'GET', '/api/v1/accounts/me')).status).toBe(404);
    expect((await call(own, 'POST', '/metrics')).status).toBe(405);
    const { headers } = await call(own, 'GET', '/metrics');
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  });
});

describe('METRICS_HOST', () => {
  const load = (env: NodeJS.ProcessEnv) => Config.load({ NODE_ENV: 'test', ...env });

  it('is HOST unless it is set', () => {
    const hosts = [{}, { HOST: '127.0.0.1' }, { HOST: '127.0.0.1', METRICS_HOST: '127.0.0.3' }];
    expect(hosts.map((env) => load(env).metricsHost)).toEqual(['0.0.0.0', '127.0.0.1', '127.0.0.3']);
  });

  it('is the one address that metrics are told at', async () => {
    const own = await freePort();
    const config = load({ HOST: '127.0.0.1', METRICS_HOST: '127.0.0.3', METRICS_PORT: String(own) });
    const second = new MetricsServer(config, new GaugeSources());
    await second.start();
    try {
      expect((await fetch(`http://127.0.0.3:${own}/metrics`)).status).toBe(200);
      await expect(fetch(`http://127.0.0.1:${own}/metrics`)).rejects.toThrow();
    } finally {
      await second.beforeApplicationShutdown();
    }
  });
});

describe('METRICS_PORT', () => {
  const load = (METRICS_PORT?: string) => Config.load({ NODE_ENV: 'test', PORT: '3000', METRICS_PORT }).metricsPort;

  it('is none unless it is set, and another one than PORT', () => {
    expect([load(), load(''), load('9464')]).toEqual([undefined, undefined, 9464]);
    for (const wrong of ['3000', '0', '65536', 'x']) expect(() => load(wrong)).toThrow(ConfigError);
  });

  it('that is taken ends the start with a sentence', async () => {
    const second = new MetricsServer(server.config, new GaugeSources());
    await expect(second.start()).rejects.toThrow(`METRICS_PORT ${port} cannot be opened at 127.0.0.1: EADDRINUSE`);
  });
});

interface Panel {
  title: string;
  panels?: Panel[];
  targets?: { expr: string }[];
}
interface Rules {
  groups: { rules: { alert: string; expr: string; labels: { severity: string } }[] }[];
}

describe('the dashboard and the alert rules', () => {
  const read = (file: string) => readFileSync(path.join(ROOT, 'deploy', file), 'utf8');
  const panelsOf = (panels: Panel[]): Panel[] => panels.flatMap((panel) => [panel, ...panelsOf(panel.panels ?? [])]);
  const dashboard = JSON.parse(read('grafana/barong.json')) as { panels: Panel[] };
  const rules = (parse(read('prometheus/alerts.yaml')) as Rules).groups.flatMap((group) => group.rules);
  const expressions = [
    ...panelsOf(dashboard.panels).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...rules.map(({ expr }) => expr),
  ];
  const used = new Set(
    expressions.flatMap((expr) => [...expr.matchAll(/\b(?:barong|nodejs|process)_\w+/g)].map(([name]) => name)),
  );

  it('name metrics that there are', async () => {
    const names = namesOf(await metricsText(port));
    expect(used.size).toBeGreaterThan(20);
    expect([...used].filter((name) => !names.has(name))).toEqual([]);
  });

  it('leave no metric of ours out that somebody should look at', async () => {
    const ends = /_(bucket|sum|count)$/;
    const base = new Set([...used].map((name) => name.replace(ends, '')));
    const ours = [...namesOf(await metricsText(port))].map((name) => name.replace(ends, ''));
    expect(ours.filter((name) => name.startsWith('barong_') && !base.has(name))).toEqual([]);
  });

  const page = (name: string) => readFileSync(path.join(ROOT, 'docs', name), 'utf8');

  it('are explained: each metric in docs/metrics.md', async () => {
    const types = [...(await metricsText(port)).matchAll(/^# TYPE (barong_\w+)/gm)].map(([, name = '']) => name);
    expect(types.filter((name) => !page('metrics.md').includes(`\`${name}\``))).toEqual([]);
  });

  it('have a line in docs/runbook.md for each alert, with its urgency and something to do', () => {
    const lines = [...page('runbook.md').matchAll(/^\| `(Barong\w+)` +\| (\w+) +\| (.{40,}) \|$/gm)];
    const written = lines.map(([, alert, urgency]) => [alert, urgency]);
    expect(written).toEqual(rules.map(({ alert, labels }) => [alert, labels.severity]));
  });

  it('lead from the runbook to nothing that is not there', () => {
    const text = page('runbook.md');
    const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title = '']) => anchorOf(title));
    const targets = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !titles.includes(target))).toEqual([]);
  });
});

/** How a heading is addressed. */
const anchorOf = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

describe('the end of the process', () => {
  it('closes the port', async () => {
    const own = await freePort();
    const other = await startApp({ METRICS_PORT: String(own) });
    expect(await metricsText(own)).toContain('barong_ready');
    await other.close();
    await expect(fetch(`http://127.0.0.1:${own}/metrics`)).rejects.toThrow();
  });
});
