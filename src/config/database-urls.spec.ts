import { describe, expect, it } from '@jest/globals';
import { readDatabaseUrls } from './database-urls.js';
import { SettingsReader } from './parse.js';

const DIRECT = 'postgres://barong:secret@postgres/barong';

function read(DATABASE_URL?: string, DATABASE_DIRECT_URL?: string) {
  const reader = new SettingsReader({ DATABASE_URL, DATABASE_DIRECT_URL });
  return { ...readDatabaseUrls(reader), problems: reader.problems };
}

describe('the addresses of the database', () => {
  it.each([
    ['postgres://pooler/barong', 'postgres://pooler/barong', false],
    ['postgres://pooler/barong?pgbouncer=true', 'postgres://pooler/barong', true],
    ['postgres://pooler/barong?pgbouncer=false', 'postgres://pooler/barong', false],
    ['postgres://pooler/b?sslmode=require&pgbouncer=true&x=%20', 'postgres://pooler/b?sslmode=require&x=%20', true],
    ['postgres://barong@/b?host=/run/pg&pgbouncer=true', 'postgres://barong@/b?host=/run/pg', true],
  ])('%s', (given, url, pooled) => {
    expect(read(given, DIRECT)).toEqual({ url, directUrl: DIRECT, pooled, problems: [] });
  });

  it('are none without settings', () => {
    expect(read()).toEqual({ url: undefined, directUrl: undefined, pooled: false, problems: [] });
  });

  it('leave no pooler without a way around it', () => {
    expect(read('postgres://pooler/barong?pgbouncer=true').problems).toEqual([
      'DATABASE_DIRECT_URL is not set: with pgbouncer=true it names PostgreSQL itself',
    ]);
    expect(read('postgres://pooler/barong?pgbouncer=true', `${DIRECT}?pgbouncer=true`).problems).toEqual([
      'DATABASE_DIRECT_URL must lead to PostgreSQL itself, not to pgbouncer',
    ]);
  });

  it('are not guessed at, and not repeated: they have passwords', () => {
    expect(read('postgres://a:secret@pooler/barong?pgbouncer=yes', DIRECT).problems).toEqual([
      'DATABASE_URL: pgbouncer must be true or false',
    ]);
    expect(read(undefined, DIRECT).problems).toEqual(['DATABASE_DIRECT_URL is of no use without DATABASE_URL']);
  });
});
