import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Config } from '../config/config.js';
import type { Database } from '../infra/database/database.service.js';
import { KnownDevices } from './known-devices.service.js';

const OLD = { version: 1, bytes: randomBytes(32) };
const NEW = { version: 2, bytes: randomBytes(32) };
const EMAIL = 'owner@example.com';

/** The database finds every mark good: what is looked at here are signatures. */
const database = { query: () => Promise.resolve([{}]) } as unknown as Database;
const devices = (...secretKeys: (typeof OLD)[]) => new KnownDevices({ secretKeys } as unknown as Config, database);

describe('KnownDevices (C-09)', () => {
  it('knows its own mark, with the address that it was made for only', async () => {
    const cookie = devices(OLD).remember(undefined, EMAIL, 1_790_000_000.7);
    expect(await devices(OLD).find(cookie, EMAIL)).toMatch(/^device [A-Za-z0-9_-]{22}$/);
    for (const other of ['other@example.com', '', `${EMAIL}x`, `0 ${EMAIL}`]) {
      expect(await devices(OLD).find(cookie, other)).toBeUndefined();
    }
  });

  it('puts nothing about the person into the cookie', () => {
    const [first, second] = [1, 2].map(() => devices(OLD).remember(undefined, EMAIL, 1_790_000_000));
    expect(first).toMatch(/^1\.[A-Za-z0-9_-]{22}\.1790000000\.[A-Za-z0-9_-]{43}$/);
    expect(first?.split('.')[3]).not.toBe(second?.split('.')[3]);
  });

  it('believes nothing that was changed or made up', async () => {
    const cookie = devices(OLD).remember(undefined, EMAIL, 1_790_000_000);
    const [version = '', id = '', since = '', signature = ''] = cookie.split('.');
    const forged = [
      [version, id.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')), since, signature],
      [version, id, String(Number(since) + 1), signature],
      [version, id, since, 'A'.repeat(43)],
      ['2', id, since, signature],
      ['0001', id, `${since}0`.slice(1), signature],
    ].map((parts) => parts.join('.'));
    for (const text of [...forged, '', '~', 'x'.repeat(10_000), `${cookie}x`, '1.2.3.4', `${cookie.slice(0, -1)}=`]) {
      expect(await devices(OLD).find(text, EMAIL)).toBeUndefined();
    }
    expect(await devices({ version: 1, bytes: randomBytes(32) }).find(cookie, EMAIL)).toBeUndefined();
    expect(await devices(OLD).find(undefined, EMAIL)).toBeUndefined();
  });

  it('goes on while SECRET_KEY rotates, and signs with the newest', async () => {
    const before = devices(OLD).remember(undefined, EMAIL, 1_790_000_000);
    const known = await devices(OLD).find(before, EMAIL);
    expect(await devices(NEW, OLD).find(before, EMAIL)).toBe(known);
    const after = devices(NEW, OLD).remember(before, EMAIL, 1_790_000_001);
    expect(after).toMatch(/^2\./);
    expect(await devices(NEW).find(after, EMAIL)).toBe(known);
    expect(await devices(NEW).find(before, EMAIL)).toBeUndefined();
  });

  it('remembers five people of one browser, each once', async () => {
    const all = Array.from({ length: 6 }, (_, n) => `person${n}@example.com`);
    let cookie = '';
    for (const email of [...all, 'person5@example.com']) cookie = devices(OLD).remember(cookie, email, 1_790_000_000);
    expect(cookie.split('~')).toHaveLength(5);
    const known = await Promise.all(all.map(async (email) => (await devices(OLD).find(cookie, email)) !== undefined));
    expect(known).toEqual([false, true, true, true, true, true]);
    expect(cookie.length).toBeLessThan(1024);
  });
});
