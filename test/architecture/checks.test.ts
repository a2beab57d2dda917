import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The parts of a lock file's entry and of package.json that the checks look at. */
type Json = Record<string, unknown>;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'barong-checks-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a check over this project, or over a directory of a test. */
function check(name: string, ...where: string[]) {
  const script = path.join(ROOT, 'scripts/check', `${name}.js`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...where], { cwd: ROOT, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

function write(file: string, content: string | Json) {
  const place = path.join(directory, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content));
}

const goodPackage = { version: '1.2.3', integrity: 'sha512-abc', license: 'MIT' };

/** A project with the one dependency `thing`, but for what the test changes. */
function project(manifest: Json = {}, entry: Json = {}) {
  write('package.json', { dependencies: { thing: '1.2.3' }, ...manifest });
  write('package-lock.json', {
    packages: { '': { dependencies: { thing: '1.2.3' } }, 'node_modules/thing': { ...goodPackage, ...entry } },
  });
}

describe.each(['pins', 'licences', 'secrets'])('check:%s', (name) => {
  it('finds nothing in this project', () => {
    expect(check(name)).toEqual({ status: 0, said: '' });
  });
});

describe('check:pins', () => {
  it('is content with a pinned project', () => {
    project();
    expect(check('pins', directory)).toEqual({ status: 0, said: '' });
  });

  it.each(['^1.2.3', '~1.2.3', '1.2', '*', 'latest', 'github:somebody/thing', '1.2.4'])(
    'finds a dependency on %s',
    (version) => {
      project({ dependencies: { thing: version } });
      expect(check('pins', directory)).toMatchObject({ status: 1, said: expect.stringContaining('thing') });
    },
  );

  it.each([
    ['devDependencies', { devDependencies: { other: '^1.0.0' } }],
    ['overrides', { overrides: { other: '>=1' } }],
  ])('looks at %s, too', (_list, manifest) => {
    project(manifest);
    expect(check('pins', directory)).toMatchObject({ status: 1, said: expect.stringContaining('other') });
  });

  it.each([
    ['without a checksum', { integrity: undefined }],
    ['with a weak checksum', { integrity: 'sha1-abc' }],
    ['from a Git branch', { resolved: 'git+ssh://git@example.test/thing.git#main' }],
  ])('finds a package %s', (_what, entry) => {
    project({}, entry);
    expect(check('pins', directory)).toMatchObject({ status: 1, said: expect.stringContaining('node_modules/thing') });
  });
});

describe('check:licences', () => {
  it.each(['MIT', '(MIT OR GPL-3.0-only)', 'Apache-2.0 AND MIT'])('takes %s', (license) => {
    project({}, { license });
    expect(check('licences', directory)).toEqual({ status: 0, said: '' });
  });

  it.each(['GPL-3.0-only', 'MIT AND AGPL-3.0-only', 'MPL-2.0', 'SEE LICENSE IN FILE', undefined])(
    'refuses %s for what we ship',
    (license) => {
      project({}, { license });
      expect(check('licences', directory)).toMatchObject({ status: 1, said: expect.stringContaining('thing') });
    },
  );

  it('takes MPL-2.0 for a package of development only', () => {
    project({}, { license: 'MPL-2.0', dev: true });
    expect(check('licences', directory)).toEqual({ status: 0, said: '' });
  });

  it('believes the installed package more than the lock file', () => {
    project();
    write('node_modules/thing/package.json', { license: 'AGPL-3.0-only' });
    expect(check('licences', directory)).toMatchObject({ status: 1, said: expect.stringContaining('AGPL-3.0-only') });
  });
});

/** As random as a key, and the same in every run: a real random one has no digit once in a thousand. */
const bytes = (length: number) => createHash('sha512').update('a planted secret').digest().subarray(0, length);
const hex = (length: number) => bytes(length).toString('hex');
const base64url = (length: number) => bytes(length).toString('base64url');

/** Put together here, so that the check of the project does not find them in this file. */
const SECRETS: [string, string][] = [
  ['a private key', `${'-----BEGIN'} PRIVATE KEY-----\n${hex(48)}\n`],
  ['a private key in a string', `const key = '${'-----BEGIN'} RSA PRIVATE KEY-----\\n${hex(48)}';`],
  ['a private JWK', `{"kty":"EC","${'d'}":"${base64url(32)}"}`],
  ['a JWT', `eyJ${hex(12)}.eyJ${hex(30)}.${hex(32)}`],
  ['a key of AWS', `AKIA${hex(8).toUpperCase()}`],
  ['a token of GitHub', `ghp_${hex(18)}`],
  ['an account of Twilio', `twilio://AC${hex(16)}:${hex(16)}@?from=+15005550006`],
  ['SECRET_KEY in an .env file', `SECRET_KEY=${bytes(32).toString('base64')}`],
  ['a client secret in the source', `const clientSecret = '${base64url(32)}';`],
  ['a token in YAML', `  registration_token: ${base64url(32)}`],
  ['the password of a database', `postgres://barong:Zx8Qw2${hex(3)}Lp0@db.example.test/barong`],
];

describe('check:secrets', () => {
  it.each(SECRETS)('finds %s, and does not repeat it', (_what, secret) => {
    write('src/deep/file.txt', `first line\n${secret}\n`);
    const { status, said } = check('secrets', directory);
    expect({ status, said }).toMatchObject({ status: 1, said: expect.stringContaining('src/deep/file.txt:2: ') });
    expect(said).not.toContain(secret);
  });

  it.each([
    ['names of things', "const password = '/api/v1/accounts/password';"],
    ['placeholders', 'SECRET_KEY=\nDATABASE_URL=postgres://user:password@host/database'],
    ['templates', 'const url = `postgres://barong:${password}@localhost/barong`;'],
    ['checksums', `"integrity": "sha512-${bytes(64).toString('base64')}"`],
  ])('does not take %s for secrets', (_what, text) => {
    write('file.txt', text);
    expect(check('secrets', directory)).toEqual({ status: 0, said: '' });
  });

  it('leaves out what is not in the repository', () => {
    for (const file of ['.env', 'node_modules/thing/index.js', 'data/secret.key']) write(file, `ghp_${hex(18)}`);
    expect(check('secrets', directory)).toEqual({ status: 0, said: '' });
  });
});
