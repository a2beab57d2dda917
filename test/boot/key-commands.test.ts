import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KeysService } from '../../src/keys/keys.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person, signIn } from '../support/client.js';
import { headerOf } from '../support/tokens.js';
import { type Ended, Program } from './program.js';
import { freePort } from '../support/free-port.js';

describe('keys', () => {
  let program: Program;
  let server: TestApp;
  let person: Person;
  beforeAll(async () => {
    [program, server] = await Promise.all([Program.build(), startApp()]);
    person = await newPerson(server);
    // It looks at the keys when it is asked to here, and not whenever its timer is due.
    server.app.get(KeysService, { strict: false }).onModuleDestroy();
  });
  afterAll(async () => {
    await program.remove();
    await server.close();
  });

  function run(...args: string[]): Promise<Ended> {
    const { databaseUrl: DATABASE_URL, dataDir: DATA_DIR } = server.config;
    return program.cli({ DATABASE_URL, DATA_DIR, BCRYPT_COST: '10' }, 'keys', ...args);
  }

  /** The kid of the key in each state, as `keys list` tells it. */
  async function kids(algorithm: string): Promise<Record<string, string>> {
    const { code, stdout } = await run('list');
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').map((cell) => cell.trim()));
    const own = rows.filter(([name]) => name === algorithm);
    return Object.fromEntries(own.map(([, status = '', kid = '']) => [status, kid]));
  }

  const meStatus = async (token: string) => (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;
  const publishedKids = async () => {
    const { body } = await call<{ keys: { kid: string }[] }>(server, 'GET', '/oauth/jwks');
    return body.keys.map(({ kid }) => kid);
  };

  it('list shows a current and a next key of each algorithm, all of them published', async () => {
    const all = [await kids('RS256'), await kids('ES256')];
    expect(all.map((keys) => Object.keys(keys).sort())).toEqual([
      ['current', 'next'],
      ['current', 'next'],
    ]);
    expect((await publishedKids()).sort()).toEqual(all.flatMap((keys) => Object.values(keys)).sort());
  });

  it('rotate lets the next key sign; tokens of the one before stay good', async () => {
    const before = await kids('RS256');
    const old = await signIn(server, person);
    expect(headerOf(old).kid).toBe(before.current);
    const { code, stdout } = await run('rotate', '--algorithm', 'RS256');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^RS256 rotated; .*\n$/)]);
    await server.app.get(KeysService, { strict: false }).refresh();

    expect(await kids('RS256')).toMatchObject({ previous: before.current, current: before.next });
    const young = await signIn(server, person);
    expect(headerOf(young).kid).toBe(before.next);
    expect([await meStatus(old), await meStatus(young)]).toEqual([200, 200]);
    expect(await publishedKids()).toEqual(expect.arrayContaining([before.current, before.next]));
  });

  it('a key that may have leaked is gone at once, and with it what it signed (C-45)', async () => {
    const before = await kids('ES256');
    const [ofOthers, young] = [await signIn(server, person), await kids('RS256')];
    expect((await run('rotate', '--algorithm', 'ES256', '--compromised')).stdout).toMatch(/^ES256 replaced; /);
    await server.app.get(KeysService, { strict: false }).refresh();
    const published = await publishedKids();
    for (const kid of Object.values(before)) expect(published).not.toContain(kid);
    expect([await meStatus(ofOthers), await kids('RS256')]).toEqual([200, young]);

    expect((await run('rotate', '--compromised')).code).toBe(0);
    await server.app.get(KeysService, { strict: false }).refresh();
    expect(await meStatus(ofOthers)).toBe(401);
    expect(await meStatus(await signIn(server, person))).toBe(200);
    const [entry] = await server.sql(
      `SELECT details FROM audit_entries WHERE action = 'keys.replaced' AND details->>'algorithm' = 'RS256'`,
    );
    expect(entry?.details).toMatchObject({ removed: expect.arrayContaining(Object.values(young)) });
  });

  it('takes a token of a key that only another replica knows yet', async () => {
    // Twice: the key that signs then was not there when this server last looked.
    for (const _ of [1, 2]) expect((await run('rotate', '--algorithm', 'RS256')).code).toBe(0);
    const { current } = await kids('RS256');
    expect(await publishedKids()).not.toContain(current);
    const token = await tokenOfAnotherReplica();
    expect(headerOf(token).kid).toBe(current);

    // An unknown key is looked up at most every few seconds, so that made-up names cost nothing.
    const later = Date.now() + 60_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      expect(await meStatus(token)).toBe(200);
    } finally {
      clock.mockRestore();
    }
    expect(await publishedKids()).toContain(current);
  });

  it('rotate refuses what is no algorithm', async () => {
    const { code, stderr } = await run('rotate', '--algorithm', 'HS256');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Allowed choices are RS256, ES256')]);
  });

  /** In a process of its own: passport knows one server a process. */
  async function tokenOfAnotherReplica(): Promise<string> {
    const { databaseUrl: DATABASE_URL, dataDir: DATA_DIR, publicUrl: PUBLIC_URL } = server.config;
    const port = await freePort();
    const replica = program.start('main', {
      DATABASE_URL,
      DATA_DIR,
      PUBLIC_URL,
      PORT: String(port),
      BCRYPT_COST: '10',
    });
    const url = `http://127.0.0.1:${port}`;
    await replica.ready(url);
    const token = await signIn({ url }, person);
    replica.signal('SIGTERM');
    expect((await replica.ended).code).toBe(0);
    return token;
  }
});
