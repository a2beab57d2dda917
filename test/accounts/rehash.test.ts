import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import bcrypt from 'bcrypt';
import { parseSecretKeys } from '../../src/config/secret-key.js';
import { deriveKey } from '../../src/infra/crypto/derived-keys.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { signedIn } from '../support/pages.js';

const OLD = randomBytes(32).toString('base64');
const NEW = randomBytes(32).toString('base64');
/** Of the present secret and cost; see startApp. */
const PRESENT = /^v1\$2\$\$2b\$10\$/;

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ SECRET_KEY: `2:${NEW},1:${OLD}` });
});
afterAll(() => server.close());

/** What the server would have stored under another secret or cost. */
function storedUnder(secret: string, cost: number, { password }: Person): string {
  const [key] = parseSecretKeys(secret);
  if (!key) throw new Error('no secret');
  const peppered = createHmac('sha256', deriveKey(key, 'password-pepper')).update(password.normalize('NFKC'));
  return `v1$${key.version}$${bcrypt.hashSync(peppered.digest('base64'), cost)}`;
}

const outdatedForms: [string, (person: Person) => string][] = [
  ['another SECRET_KEY', (person) => storedUnder(`1:${OLD}`, 10, person)],
  ['a higher cost', (person) => storedUnder(`2:${NEW}`, 11, person)],
  ['a lower cost', (person) => storedUnder(`2:${NEW}`, 9, person)],
  ['another SECRET_KEY and cost', (person) => storedUnder(`1:${OLD}`, 8, person)],
  ['Barong 1.7', ({ password }) => `v0$${bcrypt.hashSync(password, 9).replace('$2b$', '$2a$')}`],
];

interface Credential {
  password_hash: string;
  updated_at: Date;
  tokens_valid_after: Date;
}

async function credentialOf({ email }: Person): Promise<Credential> {
  const [row] = await server.sql<Credential>(
    `SELECT password_hash, credentials.updated_at, tokens_valid_after FROM credentials
     JOIN accounts ON accounts.id = account_id WHERE email = $1`,
    [email],
  );
  if (!row) throw new Error('no credential');
  return row;
}

/** Puts the hash there as if it had been made in another time. */
async function makeOutdated(person: Person, hash: string): Promise<Credential> {
  await server.sql(
    `UPDATE credentials SET password_hash = $2 FROM accounts WHERE accounts.id = account_id AND email = $1`,
    [person.email, hash],
  );
  return credentialOf(person);
}

const trySignIn = ({ email, password }: Person) =>
  call<string>(server, 'POST', '/api/v1/sessions', { body: { email, password, application_id: LOCAL_DEMO } });
const statusWith = async (token: string) => (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;

describe('a password hash of another time (C-13)', () => {
  it.each(outdatedForms)('under %s is made anew at sign-in, and ends nothing', async (_, form) => {
    const person = await newPerson(server);
    const [token, agent] = [await signIn(server, person), await signedIn(server, person)];
    const before = await makeOutdated(person, form(person));
    await signIn(server, person);
    const { password_hash: fresh, ...times } = await credentialOf(person);
    expect(fresh).toMatch(PRESENT);
    expect(times).toEqual({ updated_at: before.updated_at, tokens_valid_after: before.tokens_valid_after });
    expect(await statusWith(token)).toBe(200);
    expect(new URL((await agent.open('/account')).url).pathname).toBe('/account');
    await signIn(server, person);
    expect((await credentialOf(person)).password_hash).toBe(fresh);
  });

  it.each(outdatedForms)('under %s is made anew on the sign-in page too', async (_, form) => {
    const person = await newPerson(server);
    await makeOutdated(person, form(person));
    await signedIn(server, person);
    expect((await credentialOf(person)).password_hash).toMatch(PRESENT);
  });

  it('stays as it is after a wrong password', async () => {
    const person = await newPerson(server);
    for (const [, form] of outdatedForms) {
      const { password_hash: hash } = await makeOutdated(person, form(person));
      expect(outcome(await trySignIn({ ...person, password: 'not this one' }))).toEqual([401, '401 Unauthorized']);
      expect((await credentialOf(person)).password_hash).toBe(hash);
    }
  });

  it('lets sign-ins at the same moment all in, with sessions that live on', async () => {
    const person = await newPerson(server);
    await makeOutdated(person, storedUnder(`1:${OLD}`, 9, person));
    const answers = await Promise.all([1, 2, 3, 4].map(() => trySignIn(person)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    for (const { body } of answers) expect(await statusWith(body)).toBe(200);
    expect((await credentialOf(person)).password_hash).toMatch(PRESENT);
  });

  it('is made anew where the password is asked again, and the change that follows holds', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    await makeOutdated(person, storedUnder(`1:${OLD}`, 10, person));
    const weak = { old_password: person.password, new_password: 'password1' };
    expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body: weak })).status).toBe(422);
    expect((await credentialOf(person)).password_hash).toMatch(PRESENT);

    await makeOutdated(person, storedUnder(`1:${OLD}`, 10, person));
    const body = { old_password: person.password, new_password: 'quite another password' };
    expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body })).status).toBe(200);
    expect((await trySignIn(person)).status).toBe(401);
    await signIn(server, { ...person, password: body.new_password });
  });

  it('is never put back over a password that was changed meanwhile', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    await makeOutdated(person, storedUnder(`1:${OLD}`, 10, person));
    const body = { old_password: person.password, new_password: 'quite another password' };
    const changed = call(server, 'PUT', '/api/v1/accounts/password', { token, body });
    await Promise.all([changed, ...[1, 2, 3, 4, 5].map(() => trySignIn(person))]);
    expect((await changed).status).toBe(200);
    expect((await trySignIn(person)).status).toBe(401);
    await signIn(server, { ...person, password: body.new_password });
  });
});
