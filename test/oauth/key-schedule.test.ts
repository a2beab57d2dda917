import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Config, ConfigError } from '../../src/config/config.js';
import { Database } from '../../src/infra/database/database.service.js';
import { JobQueue } from '../../src/infra/queue/job-queue.service.js';
import { JobWorker } from '../../src/infra/queue/job-worker.service.js';
import { KeyRotationService } from '../../src/keys/key-rotation.service.js';
import { KeysService } from '../../src/keys/keys.service.js';
import { SigningKeysService } from '../../src/keys/signing-keys.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person, signIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { headerOf } from '../support/tokens.js';

interface Key extends Record<string, unknown> {
  algorithm: string;
  status: string;
  kid: string;
}

let server: TestApp;
let person: Person;
let rotation: KeyRotationService;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  rotation = server.app.get(KeyRotationService, { strict: false });
});
afterAll(() => server.close());
beforeEach(() => age({ active: '1 day', published: '1 day' }));

/** For how long the keys of the algorithm have signed, and their next ones have been published. */
async function age({ active, published }: { active: string; published: string }, algorithm = '%'): Promise<void> {
  await server.sql(
    `UPDATE signing_keys SET activated_at = now() - $1::interval WHERE status = 'current' AND algorithm LIKE $2`,
    [active, algorithm],
  );
  await server.sql(
    `UPDATE signing_keys SET created_at = now() - $1::interval WHERE status = 'next' AND algorithm LIKE $2`,
    [published, algorithm],
  );
}

/** The kids of an algorithm by what they do. */
async function keys(algorithm: string): Promise<Record<string, string>> {
  const rows = await server.sql<Key>('SELECT status, kid FROM signing_keys WHERE algorithm = $1', [algorithm]);
  return Object.fromEntries(rows.map(({ status, kid }) => [status, kid]));
}

const rotations = () =>
  server.sql<Key>(
    `SELECT actor_uid, target, details->>'algorithm' AS algorithm, details->>'before' AS before
     FROM audit_entries WHERE action = 'keys.rotated' ORDER BY id DESC`,
  );
const published = async () =>
  (await call<{ keys: Key[] }>(server, 'GET', '/oauth/jwks')).body.keys.map(({ kid }) => kid);
const meStatus = async (token: string) => (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;

describe('a key that has signed for 90 days (C-45)', () => {
  it('is followed by the next one, once for all that look; its tokens stay good', async () => {
    const [before, other, old] = [await keys('RS256'), await keys('ES256'), await signIn(server, person)];
    await age({ active: '90 days 1 minute', published: '90 days' }, 'RS256');
    await Promise.all(Array.from({ length: 20 }, () => rotation.rotateDue()));

    expect(await keys('RS256')).toEqual({
      previous: before.current,
      current: before.next,
      next: expect.any(String),
    });
    expect(await keys('ES256')).toEqual(other);
    expect(await rotations()).toEqual([
      { actor_uid: 'system', target: before.next, algorithm: 'RS256', before: before.current },
    ]);
    // The server that rotated does not wait for its timer.
    const young = await signIn(server, person);
    expect([headerOf(old).kid, headerOf(young).kid]).toEqual([before.current, before.next]);
    expect([await meStatus(old), await meStatus(young)]).toEqual([200, 200]);
    expect(await published()).toEqual(expect.arrayContaining([before.current, before.next]));
  });

  it('signs on while caches may not have seen the next one', async () => {
    const before = await keys('ES256');
    await age({ active: '200 days', published: '5 minutes' }, 'ES256');
    await rotation.rotateDue();
    expect(await keys('ES256')).toEqual(before);
    await age({ active: '200 days', published: '10 minutes' }, 'ES256');
    await rotation.rotateDue();
    expect((await keys('ES256')).current).toBe(before.next);
  });

  it('is looked for by a job of the clock', async () => {
    const before = await keys('ES256');
    await age({ active: '91 days', published: '1 day' }, 'ES256');
    const [database, queue] = [Database, JobQueue].map((it) => server.app.get(it as never, { strict: false }));
    await (database as Database).transaction((tx) => (queue as JobQueue).add(tx, 'keys.rotate', {}));
    await jobsDone(server);
    expect((await keys('ES256')).current).toBe(before.next);
  });

  it('and not before, nor when the setting is 0', async () => {
    const before = await keys('RS256');
    await age({ active: '89 days 23 hours', published: '89 days' });
    await rotation.rotateDue();
    expect(await keys('RS256')).toEqual(before);

    await age({ active: '1000 days', published: '1000 days' });
    const [store, ring, worker] = [SigningKeysService, KeysService, JobWorker].map((it) =>
      server.app.get(it as never, { strict: false }),
    );
    const off = { keyRotationDays: 0 } as Config;
    await new KeyRotationService(off, store as never, ring as never, worker as never).rotateDue();
    expect(await keys('RS256')).toEqual(before);
  });
});

describe('a key that signs no more', () => {
  it('stays published for longer than any of its tokens lives', async () => {
    for (const [retired, isKept] of [
      ['24 hours 59 minutes', true],
      ['25 hours 1 minute', false],
    ] as const) {
      const { current } = await keys('RS256');
      await age({ active: '91 days', published: '1 day' });
      await rotation.rotateDue();
      await server.sql(`UPDATE signing_keys SET retired_at = now() - $1::interval WHERE kid = $2`, [retired, current]);
      await age({ active: '91 days', published: '1 day' });
      await rotation.rotateDue();
      expect([retired, (await published()).includes(current ?? '')]).toEqual([retired, isKept]);
    }
  });

  it('was also followed by command, which the record tells from the clock', async () => {
    await server.app.get(SigningKeysService, { strict: false }).rotate('RS256');
    const [newest] = await rotations();
    expect(newest).toMatchObject({ actor_uid: null, target: (await keys('RS256')).current });
  });
});

describe('KEY_ROTATION_DAYS', () => {
  const SECRET_KEY = randomBytes(32).toString('hex');
  const load = (days: string) => Config.load({ NODE_ENV: 'test', SECRET_KEY, KEY_ROTATION_DAYS: days });

  it('is a number of days, 90 when nothing is said', () => {
    expect([load('').keyRotationDays, load('0').keyRotationDays, load('365').keyRotationDays]).toEqual([90, 0, 365]);
  });

  it.each(['-1', '1.5', '3651', 'monthly'])('is refused when it is %s', (days) => {
    expect(() => load(days)).toThrow(ConfigError);
    expect(() => load(days)).toThrow('KEY_ROTATION_DAYS must be a whole number from 0 to 3650');
  });
});
