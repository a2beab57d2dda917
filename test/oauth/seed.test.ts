import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { readSeedFile } from '../../src/boot/seed-file.js';

const FILE = path.resolve(import.meta.dirname, '../../config/seed.yml');

describe('the applications that a fresh development server has', () => {
  it('are one with a secret and one without', () => {
    expect(readSeedFile(FILE, false)).toMatchObject([
      {
        uid: 'local-demo',
        firstParty: true,
        postLogoutRedirectUris: ['http://localhost:8000/', 'http://127.0.0.1:8000/'],
      },
      {
        uid: 'local-spa',
        kind: 'public',
        redirectUris: ['http://localhost:8001/callback'],
        postLogoutRedirectUris: ['http://localhost:8001/'],
        allowedOrigins: ['http://localhost:8001'],
      },
    ]);
  });

  it('are refused in production, each of them', () => {
    const { applications } = parse(readFileSync(FILE, 'utf8')) as { applications: { uid: string }[] };
    const folder = mkdtempSync(path.join(os.tmpdir(), 'barong-seed-'));
    for (const application of applications) {
      const file = path.join(folder, `${application.uid}.yml`);
      writeFileSync(file, JSON.stringify({ applications: [application] }));
      expect(() => readSeedFile(file, true)).toThrow(`${application.uid} is the development seed`);
    }
    rmSync(folder, { recursive: true });
  });
});
