import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lockFileOf, lockHolder } from '../../src/infra/embedded-postgres/postmaster.js';
import { Program, type ProgramProcess, statusOf } from './program.js';
import { freePort } from '../support/free-port.js';

/** The curl that the banner shows, as what it would send. */
function curlIn(banner: string): { url: string; form: URLSearchParams } {
  const command = banner.replaceAll('\\\n', ' ').match(/curl -s (\S+) (.*)/);
  const fields = [...(command?.[2] ?? '').matchAll(/-d (\S+?)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  return { url: command?.[1] ?? '', form: new URLSearchParams(fields) };
}

async function runCurl(banner: string): Promise<Response> {
  const { url, form } = curlIn(banner);
  return fetch(url, { method: 'POST', body: form });
}

describe('a development server with a database of its own', () => {
  let program: Program;
  let dataDir: string;
  let env: NodeJS.ProcessEnv;
  let url: string;
  let first: ProgramProcess;
  let firstBanner: string;

  async function started(): Promise<ProgramProcess> {
    const server = program.start('main', env);
    await server.ready(url);
    await server.printed('application_id=local-demo\n');
    return server;
  }

  const databasePid = () => lockHolder(lockFileOf(path.join(dataDir, 'postgres')));

  beforeAll(async () => {
    program = await Program.build();
    dataDir = await program.makeDataDir();
    const port = await freePort();
    url = `http://localhost:${port}`;
    env = { PORT: String(port), DATA_DIR: dataDir, BCRYPT_COST: '10', LOG_LEVEL: 'error' };
    first = await started();
    firstBanner = first.stdout;
  });
  afterAll(() => program.remove());

  it('tells where to go and the password of the first admin', () => {
    expect(firstBanner).toContain('Barong is ready (development)');
    for (const place of ['', '/api/docs', '/dev/outbox']) expect(firstBanner).toContain(`${url}${place}\n`);
    expect(firstBanner).toMatch(/Admin {5}admin@barong\.test {2}password: [A-Za-z0-9_-]{24} {3}\(shown this once\)/);
    expect(first.stderr).toBe('');
  });

  it('shows a curl that gets a first token', async () => {
    const answer = await runCurl(firstBanner);
    expect(answer.status).toBe(201);
    const token = (await answer.json()) as string;
    const me = await fetch(`${url}/api/v1/accounts/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toMatchObject({ email: 'admin@barong.test', role: 'admin', state: 'active', level: 1 });
  });

  it('serves what the banner points to', async () => {
    expect(await Promise.all(['/api/docs', '/dev/outbox'].map((place) => statusOf(url + place)))).toEqual([200, 200]);
  });

  it('leaves port, database and data alone when it is started twice', async () => {
    const pid = await databasePid();
    const second = await program.start('main', env).ended;
    const port = env.PORT;
    expect(second.code).toBe(1);
    expect(second.stderr).toBe(`Port ${port} is taken; stop what listens there or set PORT to another\n`);
    expect(second.stdout).toBe('');
    expect(await databasePid()).toBe(pid);
    expect(await statusOf(`${url}/health/ready`)).toBe(200);
  });

  it('starts again after a kill, and shows no password any more', async () => {
    first.signal('SIGKILL');
    await first.ended;
    const again = await started();
    expect(again.stdout).toContain('admin@barong.test  password: as set or shown at the first start');
    expect(again.stdout).toContain("-d password='<password>'");
    // The password of the first banner still opens the account.
    expect((await runCurl(firstBanner)).status).toBe(201);
    again.signal('SIGTERM');
    expect((await again.ended).code).toBe(0);
    expect(await databasePid()).toBeUndefined();
  });

  it('serves others with the same data directory on, and the last to go stops the database', async () => {
    const one = await started();
    const port = await freePort();
    const other = program.start('main', { ...env, PORT: String(port) });
    await other.ready(`http://localhost:${port}`);
    one.signal('SIGTERM');
    expect((await one.ended).code).toBe(0);
    expect(await statusOf(`http://localhost:${port}/health/ready`)).toBe(200);
    other.signal('SIGTERM');
    expect((await other.ended).code).toBe(0);
    expect(await databasePid()).toBeUndefined();
  });

  it('says in one line that another version of PostgreSQL made its database', async () => {
    await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    const { code, stderr } = await program.start('main', env).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^.*\/postgres was made by PostgreSQL 17; this is 18: .*\n$/);
    expect(existsSync(lockFileOf(path.join(dataDir, 'postgres')))).toBe(false);
  });
});
