import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SCRIPT = path.resolve(import.meta.dirname, '../../deploy/backup/database.sh');

/** What the scripts make of an address: what others see of it, and the password. */
function read(DATABASE_URL: string): Promise<{ code: number; output: string }> {
  const show = `source "${SCRIPT}"; printf '%s %s' "$url" "\${PGPASSWORD:-}"`;
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--norc', '-euc', show],
      { env: { PATH: process.env.PATH, DATABASE_URL } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

describe('the address of the database in backup scripts (C-91)', () => {
  it.each([
    ['postgres://db.example/barong', 'postgres://db.example/barong '],
    ['postgres://barong@db.example/barong', 'postgres://barong@db.example/barong '],
    ['postgres://barong:p%40ss@db.example:5432/barong', 'postgres://barong@db.example:5432/barong p@ss'],
    ['postgres://barong:p@s:s@db.example', 'postgres://barong@db.example p@s:s'],
    ['postgresql://barong:pass@/barong?host=/run/a@b', 'postgresql://barong@/barong?host=/run/a@b pass'],
  ])('%s shows no password to others', async (url, expected) => {
    expect(await read(url)).toEqual({ code: 0, output: expected });
  });

  it('is refused with a password among its options', async () => {
    for (const url of [
      'postgres://db.example/barong?password=secretive',
      'postgres:///barong?host=a&password=secretive',
    ]) {
      const { code, output } = await read(url);
      expect([code, output.includes('secretive')]).toEqual([1, false]);
    }
  });
});
