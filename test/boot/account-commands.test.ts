import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, newPerson, signIn } from '../support/client.js';
import { type Ended, Program } from './program.js';

describe('commands beside a running server', () => {
  let program: Program;
  let server: TestApp;
  beforeAll(async () => {
    [program, server] = await Promise.all([Program.build(), startApp()]);
  });
  afterAll(async () => {
    await program.remove();
    await server.close();
  });

  function run(...args: string[]): Promise<Ended> {
    const { databaseUrl: DATABASE_URL, dataDir: DATA_DIR } = server.config;
    return program.cli({ DATABASE_URL, DATA_DIR, BCRYPT_COST: '10' }, ...args);
  }

  async function expectRefusal(args: string[], line: string | RegExp): Promise<void> {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(line);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  }

  describe('account', () => {
    it('create makes one that can sign in with the password that it shows', async () => {
      const { code, stdout } = await run('account', 'create', 'Carol@Example.com', '--role', 'compliance');
      expect(code).toBe(0);
      const [, uid, password] =
        /^uid {7}(ID[0-9A-F]{10})\npassword {2}(\S+) {3}\(shown this once\)\n$/.exec(stdout) ?? [];
      const token = await signIn(server, { email: 'carol@example.com', password: password ?? '' });
      const me = await call<object>(server, 'GET', '/api/v1/accounts/me', { token });
      expect(me.body).toMatchObject({ uid, email: 'carol@example.com', role: 'compliance', state: 'active', level: 1 });
    });

    it('create refuses an address that is taken', async () => {
      await expectRefusal(['account', 'create', server.config.adminEmail ?? ''], /^Email has already been taken$/m);
    });

    it('make-admin gives the role and ends the tokens of before', async () => {
      const person = await newPerson(server);
      const before = await signIn(server, person);
      const { code, stdout } = await run('account', 'make-admin', person.email);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^ID[0-9A-F]{10} is an admin\n$/)]);
      expect((await call(server, 'GET', '/api/v1/accounts/me', { token: before })).status).toBe(401);
      const me = await call<object>(server, 'GET', '/api/v1/accounts/me', { token: await signIn(server, person) });
      expect(me.body).toMatchObject({ role: 'admin' });
    });

    it('unlock lets a locked account in, and no banned one', async () => {
      const [locked, banned] = [await newPerson(server), await newPerson(server)];
      const state = (email: string, to: string) =>
        server.sql('UPDATE accounts SET state = $2 WHERE email = $1', [email, to]);
      await state(locked.email, 'locked');
      await state(banned.email, 'banned');
      const [unlocked] = await Promise.all([
        run('account', 'unlock', locked.email),
        expectRefusal(['account', 'unlock', banned.email], /^.*not found.*$/im),
      ]);
      expect([unlocked.code, unlocked.stdout]).toEqual([0, expect.stringMatching(/^ID[0-9A-F]{10} is unlocked\n$/)]);
      expect(await signIn(server, locked)).toMatch(/^ey/);
      await expect(signIn(server, banned)).rejects.toThrow('401');
    });
  });

  describe('application', () => {
    const redirect = ['--redirect-uri', 'https://shop.example.com/callback'];

    it('create registers one, with a secret that is shown once and kept as a hash', async () => {
      const { code, stdout } = await run(
        'application',
        'create',
        'Shop',
        '--uid',
        'shop',
        '--first-party',
        ...redirect,
      );
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/^uid {5}shop\nsecret {2}\S{43} {3}\(shown this once\)\n$/),
      ]);
      const [row] = await server.sql<{ text: string }>(
        `SELECT to_jsonb(applications)::text AS text FROM applications WHERE uid = 'shop'`,
      );
      expect(row?.text).not.toContain(/secret {2}(\S+)/.exec(stdout)?.[1]);
      const list = await run('application', 'list');
      expect(list.stdout).toMatch(new RegExp(`^${LOCAL_DEMO}\\t`, 'm'));
      expect(list.stdout).toMatch(/^shop\tconfidential\tfirst-party\tShop$/m);
    });

    it('create gives a public one no secret', async () => {
      const { code, stdout } = await run('application', 'create', 'App', '--kind', 'public', ...redirect);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^uid {5}[0-9a-f]{32}\n$/)]);
    });

    it('is told of sign-outs where the operator says, and no longer when told so', async () => {
      const [address, other] = ['https://told.example.com/out', 'https://told.example.com/other'];
      const named = ['--uid', 'told', '--backchannel-logout-uri', address];
      expect((await run('application', 'create', 'Told', ...named, ...redirect)).code).toBe(0);
      const kept = async () =>
        (await server.sql(`SELECT backchannel_logout_uri AS uri FROM applications WHERE uid = 'told'`))[0];
      expect(await kept()).toEqual({ uri: address });
      const change = (...more: string[]) => run('application', 'backchannel-logout', 'told', ...more);
      expect((await change(other)).stdout).toBe(`told is told at ${other}\n`);
      await expectRefusal(['application', 'backchannel-logout', 'told', '/out'], /^\/out is not an absolute URI$/m);
      expect(await kept()).toEqual({ uri: other });
      expect((await change()).stdout).toBe('told is not told of sign-outs\n');
      expect(await kept()).toEqual({ uri: null });
      await expectRefusal(['application', 'backchannel-logout', 'nobody'], /^Application not found$/m);
    });

    it('create says what is wrong with an address, and that a uid is taken', async () => {
      const create = (...more: string[]) => ['application', 'create', 'Bad', ...more];
      await Promise.all([
        expectRefusal(
          create('--redirect-uri', 'http://shop.example.com/'),
          /^http:\/\/shop\.example\.com\/ must be https, or http to localhost$/m,
        ),
        expectRefusal(create('--uid', LOCAL_DEMO), /^Uid has already been taken$/m),
      ]);
      expect(await server.sql(`SELECT 1 FROM applications WHERE name = 'Bad'`)).toEqual([]);
    });
  });
});
