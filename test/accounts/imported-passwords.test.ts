import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import { PasswordHasher } from '../../src/infra/crypto/password-hasher.service.js';
import { startApp, type TestApp } from '../support/app.js';

let server: TestApp;
let hasher: PasswordHasher;
beforeAll(async () => {
  server = await startApp();
  hasher = server.app.get(PasswordHasher, { strict: false });
});
afterAll(() => server.close());

/** As Ruby's bcrypt: it looks at 72 bytes, under every prefix. */
const ruby = (text: string) => bcrypt.hashSync(Buffer.from(text).subarray(0, 72), 4).replace('$2b$', '$2a$');
const isRight = async (password: string, stored: string | undefined) => {
  if (stored === undefined) throw new Error('no stored form');
  return hasher.verify(password, stored);
};

describe("a hash of Devise's", () => {
  it('knows a password of more bytes than 72, and of more than 256 (C-13)', async () => {
    for (const password of ['k0'.repeat(60), '\u{1f511}'.repeat(100), 'é'.repeat(36)]) {
      const stored = hasher.importedForm(ruby(password));
      expect(await isRight(password, stored)).toEqual({ valid: true, outdated: true });
      expect((await isRight(`x${password}`, stored)).valid).toBe(false);
    }
  });

  it('with a pepper behind the password is stored with it, sealed, and checked with it', async () => {
    const pepper = 'f0'.repeat(64);
    for (const password of ['six-ok', 'k0'.repeat(64)]) {
      const stored = hasher.importedForm(ruby(password + pepper), pepper);
      expect(stored).not.toContain(pepper);
      expect(await isRight(password, stored)).toEqual({ valid: true, outdated: true });
      expect((await isRight(`x${password}`, stored)).valid).toBe(false);
    }
    const [plain, peppered] = [ruby('six-ok'), ruby(`six-ok${pepper}`)];
    expect((await isRight('six-ok', hasher.importedForm(plain, pepper))).valid).toBe(false);
    expect((await isRight('six-ok', hasher.importedForm(peppered))).valid).toBe(false);
  });

  it.each([
    '',
    'x',
    '$1$salt$hash',
    ruby('a').slice(0, -1),
    `${ruby('a')}a`,
    ruby('a').replace('$04$', '$03$'),
    ruby('a').replace('$04$', '$31$'),
    `${ruby('a')}\n`,
  ])('has a form, which is not %j', (text) => {
    expect(hasher.importedForm(text)).toBeUndefined();
  });
});
