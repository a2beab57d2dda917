import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, messageTo, newPerson, outbox, outcome, signIn } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';

const NEW = 'quite another password';
const UNAUTHORIZED = [401, '401 Unauthorized'];
const DEAD = [401, 'The access token is invalid'];

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const change = (token: string, body: unknown) => call(server, 'PUT', '/api/v1/accounts/password', { token, body });
const me = (token: string) => call<{ email: string }>(server, 'GET', '/api/v1/accounts/me', { token });
const trySignIn = (email: string, password: string) =>
  call<string>(server, 'POST', '/api/v1/sessions', { body: { email, password, application_id: LOCAL_DEMO } });

describe('a password change', () => {
  it.each(ENCODINGS)('sent as %s ends every token, and the new password works at once (C-16)', async (_, encode) => {
    const person = await newPerson(server);
    const [mine, other] = [await signIn(server, person), await signIn(server, person)];
    const answer = await change(mine, encode({ old_password: person.password, new_password: NEW }));
    expect(outcome(answer)).toEqual([200, null]);
    for (const token of [mine, other]) expect(outcome(await me(token))).toEqual(DEAD);

    const fresh = await signIn(server, { ...person, password: NEW });
    expect((await me(fresh)).body.email).toBe(person.email);
    expect(outcome(await trySignIn(person.email, person.password))).toEqual(UNAUTHORIZED);
  });

  it('is told to the owner', async () => {
    const person = await newPerson(server);
    await change(await signIn(server, person), { old_password: person.password, new_password: NEW });
    const mail = await messageTo(server, person.email, 2);
    expect(mail.subject).toBe('Your password was changed');
    expect(mail.text).not.toContain(NEW);
  });

  it('ends what was issued in the very same second, however often it is repeated', async () => {
    const { email, password } = await newPerson(server);
    const dead: string[] = [];
    let current = password;
    for (const next of ['the second password', 'the third password', 'the fourth password']) {
      const token = await signIn(server, { email, password: current });
      expect((await me(token)).status).toBe(200);
      expect(outcome(await change(token, { old_password: current, new_password: next }))).toEqual([200, null]);
      dead.push(token);
      current = next;
    }
    for (const token of dead) expect(outcome(await me(token))).toEqual(DEAD);
    expect((await me(await signIn(server, { email, password: current }))).status).toBe(200);
  });

  it('knows the old password in any normal form (C-14)', async () => {
    const person = await newPerson(server, 'caf\u00e9 au lait fran\u00e7ais');
    const token = await signIn(server, person);
    const old_password = person.password.normalize('NFD');
    expect(outcome(await change(token, { old_password, new_password: NEW }))).toEqual([200, null]);
  });
});

describe('a refused password change', () => {
  let token: string;
  let person: { email: string; password: string };
  beforeAll(async () => {
    person = await newPerson(server, '\u00e5ngstr\u00f6m \ufb01ve hundred');
    token = await signIn(server, person);
  });

  it.each<[unknown, unknown]>([
    [{}, 'old_password is missing, new_password is missing'],
    [{ new_password: NEW }, 'old_password is missing'],
    [{ old_password: '', new_password: null }, 'old_password is empty, new_password is empty'],
    [{ old_password: ' ', new_password: NEW }, 'old_password is empty'],
    [{ old_password: 12345678, new_password: 12345678 }, 'old_password is invalid, new_password is invalid'],
    [{ old_password: ['x'], new_password: { a: 1 } }, 'old_password is invalid, new_password is invalid'],
  ])('%j is told what is wrong', async (body, error) => {
    expect(outcome(await change(token, body))).toEqual([400, error]);
  });

  it('by a wrong old password is a 401, whatever the new one is', async () => {
    for (const old_password of ['not the password', 'x'.repeat(10_000), 'nul\0', 'half \ud83d', person.email]) {
      expect(outcome(await change(token, { old_password, new_password: NEW }))).toEqual(UNAUTHORIZED);
    }
    expect(outcome(await change(token, { old_password: 'wrong', new_password: 'short' }))).toEqual(UNAUTHORIZED);
  });

  it('by a weak new password is a 422 (C-12, C-15, C-16)', async () => {
    const weak: [string, string][] = [
      ['1234567', 'Password is too short (minimum is 8 characters)'],
      ['xy0'.repeat(43), 'Password is too long (maximum is 128 characters)'],
      ['xy0'.repeat(3_000), 'Password is too long (maximum is 128 characters)'],
      ['password1', 'Password is too common'],
      [person.email, 'Password is too common'],
      ['nul\0 in the middle', 'Password is invalid'],
      ['half a pair \ud83d', 'Password is invalid'],
      [person.password, 'Password must differ from the old one'],
      [person.password.normalize('NFKD'), 'Password must differ from the old one'],
    ];
    for (const [new_password, error] of weak) {
      const answer = await change(token, { old_password: person.password, new_password });
      expect(outcome(answer)).toEqual([422, [error]]);
      expect(answer.body).toMatchObject({ code: 'password.weak' });
    }
  });

  it('changed nothing, ended nothing and wrote to nobody', async () => {
    expect((await me(token)).status).toBe(200);
    await signIn(server, person);
    expect(await outbox(server, person.email)).toHaveLength(1);
  });
});

describe('at the same moment', () => {
  it('one of ten changes with the same old password takes place', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const passwords = Array.from({ length: 10 }, (_, n) => `the wish of number ${n}`);
    const answers = await Promise.all(
      passwords.map((new_password) => change(token, { old_password: person.password, new_password })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(9);
    const holds = await Promise.all(passwords.map((password) => trySignIn(person.email, password)));
    expect(holds.map(({ status }) => status === 201)).toEqual(answers.map(({ status }) => status === 200));
  });

  it('a sign-in with the old password gets nothing that lives on', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const some = () => Array.from({ length: 6 }, () => trySignIn(person.email, person.password));
    const before = some();
    const changed = change(token, { old_password: person.password, new_password: NEW });
    const answers = await Promise.all([...before, ...some()]);
    expect(outcome(await changed)).toEqual([200, null]);
    for (const { status, body } of answers) {
      expect([201, 401]).toContain(status);
      if (status === 201) expect(outcome(await me(body))).toEqual(DEAD);
    }
    expect(outcome(await trySignIn(person.email, person.password))).toEqual(UNAUTHORIZED);
  });
});
