import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { ACCESS_TOKEN_TYPE } from '../../src/auth/token-claims.js';
import { call, claimsOf, eventually, outcome } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { headerOf } from '../support/tokens.js';
import { Load } from './load.js';
import { clientOf, postForm, refresh, said, INVALID_GRANT } from '../oauth/flow.js';
import {
  confirm,
  confirmationToken,
  isActive,
  newcomer,
  signInAt,
  signUp,
  someone,
  statusOfMe,
  tokensOf,
} from './people.js';
import { type Replica, type Replicas, SHOP, startReplicas } from './replicas.js';

const VISITORS = 4;

let all: Replicas;
let [a, b, c]: Replica[] = [];
beforeAll(async () => {
  all = await startReplicas();
  [a, b, c] = all.members;
});
afterAll(() => all?.stop());

const keySets = (): Promise<string[]> =>
  Promise.all(all.members.map(async ({ url }) => (await fetch(`${url}/oauth/jwks`)).text()));
const statuses = (token: string): Promise<number[]> =>
  Promise.all(all.members.map((member) => statusOfMe(member, token)));

/** Signed by nobody, with a key that no server knows. */
const unknownToken = () =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', typ: ACCESS_TOKEN_TYPE, kid: 'unknown' })
    .sign(unknownKey.privateKey);
const unknownKey = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('three servers on one database', () => {
  it('are one server: what one of them is told, the others know with the next request', async () => {
    const person = someone();
    expect(outcome(await signUp(a, person))).toEqual([201, null]);
    expect(outcome(await confirm(b, await confirmationToken(all, person)))).toEqual([201, null]);
    const token = await signInAt(c, person);
    expect(await statuses(token)).toEqual([200, 200, 200]);
    expect((await call(a, 'DELETE', '/api/v1/sessions/current', { token })).status).toBe(204);
    expect([await statusOfMe(b, token), await statusOfMe(c, token)]).toEqual([401, 401]);
  });

  it('carry one OAuth sign-in together, and end it together', async () => {
    const before = (await all.balancer.passages()).length;
    const client = await clientOf(all, SHOP.uid, SHOP.secret);
    const { tokens, agent } = await tokensOf(all, client, await newcomer(all));
    const passages = (await all.balancer.passages()).slice(before);
    for (const prefix of ['/interaction/', '/oauth/'])
      expect(upstreamsOf(passages.filter(({ path }) => path.startsWith(prefix))).size).toBeGreaterThan(1);
    expect(upstreamsOf(passages)).toEqual(new Set(all.members.map(({ port }) => port)));

    const token = tokens.access_token;
    for (const keys of await keySets()) {
      const { payload } = await jwtVerify(token, createLocalJWKSet(JSON.parse(keys) as JSONWebKeySet), {
        issuer: all.url,
        audience: SHOP.uid,
      });
      expect(payload.sub).toBe(claimsOf(token).uid);
    }
    expect([await statuses(token), await isActive(client, token)]).toEqual([[200, 200, 200], true]);
    const pages = await Promise.all(all.members.map(() => agent.open('/account')));
    expect(pages.map(({ url }) => new URL(url).pathname)).toEqual(['/account', '/account', '/account']);

    const rotated = await refresh(a, client, tokens.refresh_token);
    expect(rotated.status).toBe(200);
    await postForm(a, '/oauth/revoke', { token: String(rotated.body.refresh_token), ...client.credentials });
    expect(said(await refresh(b, client, rotated.body.refresh_token))).toEqual(INVALID_GRANT);
    expect([await statusOfMe(b, token), await statusOfMe(c, token)]).toEqual([401, 401]);
    for (const { url } of [b, c]) {
      const told = await postForm({ url }, '/oauth/introspect', { token, ...client.credentials });
      expect([told.status, told.body]).toEqual([200, { active: false }]);
    }
    expect(await oidc.tokenIntrospection(client.oidc, token)).toEqual({ active: false });
  });

  it('have the same keys, before and after they are rotated (C-45)', async () => {
    const person = await newcomer(all);
    const [old] = await keySets();
    expect(await keySets()).toEqual([old, old, old]);
    const earlier = await signInAt(a, person);
    expect((await all.cli('keys', 'rotate')).code).toBe(0);
    await eventually(async () => {
      // They look every half minute, and when they meet a key that they do not know.
      expect(new Set(await statuses(await unknownToken()))).toEqual(new Set([401]));
      const sets = await keySets();
      return new Set(sets).size === 1 && sets[0] !== old;
    });
    const tokens = await Promise.all(all.members.map((member) => signInAt(member, person)));
    const names = new Set(tokens.map((token) => headerOf(token).kid));
    expect(names.size).toBe(1);
    expect(names).not.toContain(headerOf(earlier).kid);
    for (const token of [earlier, ...tokens]) expect(await statuses(token)).toEqual([200, 200, 200]);
  });

  it('gave nobody a reason to ask twice, and wrote no mail twice', async () => {
    const retried = (await all.balancer.passages()).filter(({ upstreams }) => upstreams.length !== 1);
    expect([retried, all.balancer.errors()]).toEqual([[], '']);
    const recipients = all.relay.received.flatMap(({ recipients: to }) => to);
    expect(recipients).toEqual([...new Set(recipients)]);
  });

  it('are replaced one by one under load, and nothing gets lost (C-84)', async () => {
    const load = new Load(all);
    await load.start(VISITORS);
    const endings = [];
    for (const member of all.members) endings.push(await all.roll(member));
    await load.stop();

    expect(load.lost).toEqual({});
    expect(Object.keys(load.answered)).toHaveLength(8);
    expect(endings.map(({ code, stderr }) => [code, stderr])).toEqual(all.members.map(() => [0, '']));
    expect(await load.missing()).toEqual([]);
    await jobsDone(all);
    const mails = all.relay.received.flatMap(({ recipients }) => recipients);
    expect(load.signedUp.map((email) => [email, mails.filter((to) => to === email).length])).toEqual(
      load.signedUp.map((email) => [email, 1]),
    );
  });
});

const upstreamsOf = (passages: { upstreams: number[] }[]): Set<number> =>
  new Set(passages.flatMap(({ upstreams }) => upstreams));
