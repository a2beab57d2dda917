import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { codeFor, newNumber, verify } from '../phones/phones.js';
import { PROFILE, submit } from '../profiles/profiles.js';
import { startApp, type TestApp } from '../support/app.js';
import { newPerson, type Person, signIn } from '../support/client.js';
import { newClient, type TestClient, tokensFor } from './flow.js';

const ALWAYS = ['sub', 'uid', 'role', 'level', 'state'];
const PROTOCOL = ['acr', 'amr', 'aud', 'auth_time', 'at_hash', 'exp', 'iat', 'iss', 'nonce', 'sid', 'sub'];

let server: TestApp;
let client: TestClient;
let known: Person;
let unknown: Person;
const number = newNumber();
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  client = await newClient(server, { skipConsent: true });
  unknown = await newPerson(server);
  known = await newPerson(server);
  const token = await signIn(server, known);
  expect((await verify(server, token, number, await codeFor(server, token, number))).status).toBe(201);
  expect((await submit(server, await signIn(server, known))).status).toBe(201);
});
afterAll(() => server.close());

interface Told {
  userInfo: Record<string, unknown>;
  idToken: Record<string, unknown>;
}

async function toldAbout(person: Person, scope: string): Promise<Told> {
  const { tokens } = await tokensFor(server, client, person, { scope });
  const idToken = { ...tokens.claims() };
  const userInfo = await oidc.fetchUserInfo(client.oidc, tokens.access_token, String(idToken.sub));
  return { userInfo, idToken };
}

/** What an answer says beyond what every scope tells. */
const beyond = (claims: Record<string, unknown>, known: string[]) =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !known.includes(name)));

const profile = {
  name: 'Alice Wonder',
  given_name: 'Alice',
  family_name: 'Wonder',
  birthdate: PROFILE.dob,
  updated_at: expect.any(Number),
};
const phone = () => ({ phone_number: number, phone_number_verified: true });
const email = () => ({ email: known.email, email_verified: true });

describe('UserInfo', () => {
  it('says what belongs to openid, and nothing of the person, without more scopes', async () => {
    const { userInfo } = await toldAbout(known, 'openid');
    expect(Object.keys(userInfo).sort()).toEqual([...ALWAYS].sort());
  });

  it.each<[string, () => object]>([
    ['profile', () => profile],
    ['phone', phone],
    ['email', email],
    ['profile phone', () => ({ ...profile, ...phone() })],
    ['email profile phone', () => ({ ...email(), ...profile, ...phone() })],
  ])('says for %s exactly what that scope is for', async (scopes, claims) => {
    const { userInfo } = await toldAbout(known, `openid ${scopes}`);
    expect(beyond(userInfo, ALWAYS)).toEqual(claims());
  });

  it('says in `updated_at` when the profile was sent', async () => {
    const { userInfo } = await toldAbout(known, 'openid profile');
    const [row] = await server.sql<{ at: number }>(
      'SELECT floor(extract(epoch FROM updated_at))::int AS at FROM profiles',
    );
    expect(userInfo.updated_at).toBe(row?.at);
  });

  it('leaves out what there is not', async () => {
    const { userInfo } = await toldAbout(unknown, 'openid profile phone');
    expect(beyond(userInfo, ALWAYS)).toEqual({ updated_at: expect.any(Number) });
  });

  it('leaves out a number that was not verified', async () => {
    const person = await newPerson(server);
    await codeFor(server, await signIn(server, person), newNumber());
    expect(beyond((await toldAbout(person, 'openid phone')).userInfo, ALWAYS)).toEqual({});
  });
});

describe('the ID token', () => {
  it('says nothing of profile and phone, whatever the scope: UserInfo does', async () => {
    const { idToken } = await toldAbout(known, 'openid email profile phone');
    expect(beyond(idToken, [...PROTOCOL, ...ALWAYS])).toEqual(email());
  });
});
