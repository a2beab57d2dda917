import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { KeysService } from '../../src/keys/keys.service.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, eventually, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { headerOf, resigned } from '../support/tokens.js';

const INVALID = [401, 'The access token is invalid'];
const EXPIRED = [401, 'The access token expired'];
const CHALLENGE = 'Bearer realm="barong", error="invalid_token", error_description=';

let server: TestApp;
let person: Person;
let token: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  token = await signIn(server, person);
});
afterAll(() => server.close());

const me = (bearer: string) => call(server, 'GET', '/api/v1/accounts/me', { token: bearer });
const now = () => Math.floor(Date.now() / 1000);
const encode = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url');

/** The token's claims under another header, signed by whoever calls. */
function selfMade(header: object, signer: (input: string) => Buffer, claims: object = {}): string {
  const input = `${encode({ ...headerOf(token), ...header })}.${encode({ ...claimsOf(token), ...claims })}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

async function publishedKey(): Promise<JsonWebKey> {
  const { body } = await call<{ keys: JsonWebKey[] }>(server, 'GET', '/oauth/jwks');
  return body.keys.find(({ kid }) => kid === headerOf(token).kid)!;
}

describe('a token that somebody else made (C-44)', () => {
  it.each(['none', 'None', 'NONE', ''])('without a signature, alg "%s", opens nothing', async (alg) => {
    const unsigned = selfMade({ alg }, () => Buffer.alloc(0));
    for (const forged of [unsigned, unsigned.slice(0, -1), `${unsigned}x`]) {
      expect(outcome(await me(forged))).toEqual(INVALID);
    }
  });

  it('by HMAC with our public key as its secret opens nothing', async () => {
    const jwk = await publishedKey();
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const secrets = [
      key.export({ type: 'spki', format: 'pem' }),
      String(key.export({ type: 'spki', format: 'pem' })).trim(),
      key.export({ type: 'spki', format: 'der' }),
      key.export({ type: 'pkcs1', format: 'pem' }),
      JSON.stringify(jwk),
      '',
    ];
    for (const secret of secrets) {
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS512', 'sha512'],
      ] as const) {
        const forged = selfMade({ alg }, (input) => createHmac(hash, secret).update(input).digest());
        expect(outcome(await me(forged))).toEqual(INVALID);
      }
    }
  });

  it('with a key of its own opens nothing, wherever its header says to look for it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' });
    const own = (input: string) => sign('RSA-SHA256', Buffer.from(input), privateKey);
    const headers = [
      {},
      { jwk },
      { kid: undefined, jwk },
      { kid: 'mine', jwk },
      { jku: 'http://127.0.0.1:9/jwks' },
      { x5u: 'http://127.0.0.1:9/cert', x5c: ['AAAA'] },
      { kid: '../../../../dev/null' },
      { kid: `' OR 1=1 --` },
      { kid: ['x'], jwk },
      { kid: '__proto__', jwk },
      { kid: 'constructor', jwk },
    ];
    for (const header of headers) expect(outcome(await me(selfMade(header, own)))).toEqual(INVALID);
  });

  it('out of one of ours, with claims exchanged, opens nothing', async () => {
    const admin = encode({ ...claimsOf(token), role: 'admin' });
    const [header, payload, signature] = token.split('.');
    expect(outcome(await me(`${header}.${admin}.${signature}`))).toEqual(INVALID);
    expect(outcome(await me(`${encode({ alg: 'RS256' })}.${payload}.${signature}`))).toEqual(INVALID);
  });

  it('or mangled is refused like any other', async () => {
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const mangled = [
      ...['x', 'a.b', 'a.b.c', '...', '..', 'null', '{}', '%', `${token}.`, `.${token}`, `${token}.x`, `"${token}"`],
      ...[`${header}.${payload}.`, `${header}..${signature}`, `.${payload}.${signature}`, `${header}.${payload}`],
      ...[token.toLowerCase(), token.toUpperCase(), token.slice(0, -20), token.slice(5)],
      ...[`${Buffer.from('null').toString('base64url')}.${payload}.${signature}`],
      ...[`${Buffer.from('[]').toString('base64url')}.${payload}.${signature}`],
    ];
    for (const broken of mangled) {
      const answer = await me(broken);
      expect([broken, ...outcome(answer)]).toEqual([broken, ...INVALID]);
      expect(answer.headers.get('www-authenticate')).toBe(`${CHALLENGE}"The access token is invalid"`);
    }
  });
});

describe('a token that our own key signed', () => {
  it('opens the account when nothing about it is wrong', async () => {
    expect((await me(resigned(server, token))).status).toBe(200);
  });

  it.each<[string, object]>([
    ['of a plain JWT', { typ: 'JWT' }],
    ['without a type', { typ: undefined }],
    ['of a type that only looks alike', { typ: 'at+jwt ' }],
    ['with an unknown key', { kid: 'unknown' }],
    ['without a key', { kid: undefined }],
    ['with a number for its key', { kid: 1 }],
    ['with critical extensions', { crit: ['b64'], b64: false }],
    ['with an empty list of them', { crit: [] }],
    ['of another RSA algorithm', { alg: 'RS512' }],
    ['of PSS', { alg: 'PS256' }],
    ['that says ES256 of an RSA key', { alg: 'ES256' }],
  ])('is refused with a header %s (C-44)', async (_, header) => {
    expect(outcome(await me(resigned(server, token, {}, header as Record<string, unknown>)))).toEqual(INVALID);
  });

  it('is refused by an algorithm that we do not use, however well it fits the key (C-44)', async () => {
    const { privateKey } = server.app.get(KeysService, { strict: false }).signer('RS256');
    for (const [alg, hash] of [
      ['RS384', 'RSA-SHA384'],
      ['RS512', 'RSA-SHA512'],
    ] as const) {
      expect(outcome(await me(selfMade({ alg }, (input) => sign(hash, Buffer.from(input), privateKey))))).toEqual(
        INVALID,
      );
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ['for its application alone', { aud: LOCAL_DEMO }],
    ['for another server', { aud: [LOCAL_DEMO, 'https://other.example/api/v1'] }],
    ["for this server's pages", { aud: 'PUBLIC_URL' }],
    ['for nobody', { aud: undefined }],
    ['for an empty list', { aud: [] }],
    ['by another issuer', { iss: 'https://other.example' }],
    ['by an issuer with a slash more', { iss: 'PUBLIC_URL/' }],
    ['by nobody', { iss: undefined }],
    ['about nobody', { sub: undefined }],
    ['about somebody unknown', { sub: 'ID0000000000' }],
    ['about many', { sub: ['ID0000000000'] }],
    ['without an id', { jti: undefined }],
    ['without a session', { sid: undefined }],
    ['with a blank session', { sid: '' }],
    ['without an application', { client_id: undefined }],
    ['without an end', { exp: undefined }],
    ['with an end that is a text', { exp: '9999999999' }],
    ['without a beginning', { iat: undefined }],
    ['from long ago', { iat: 0 }],
    ['that is not good yet', { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ])('is refused when it is made %s', async (_, claims) => {
    const here = JSON.parse(JSON.stringify(claims).replace('PUBLIC_URL', server.url)) as Record<string, unknown>;
    const undefinedOnes = Object.fromEntries(Object.keys(claims).map((name) => [name, undefined]));
    expect(outcome(await me(resigned(server, token, { ...undefinedOnes, ...here })))).toEqual(INVALID);
  });

  it('and has ended says so, without tolerance and only when the rest is good', async () => {
    for (const exp of [now(), now() - 1, now() - 86_400, 1]) {
      const answer = await me(resigned(server, token, { exp }));
      expect(outcome(answer)).toEqual(EXPIRED);
      expect(answer.headers.get('www-authenticate')).toBe(`${CHALLENGE}"The access token expired"`);
      expect(answer.body).toMatchObject({ code: 'token.expired' });
    }
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const forged = selfMade({}, (input) => sign('RSA-SHA256', Buffer.from(input), privateKey), { exp: 1 });
    expect(outcome(await me(forged))).toEqual(INVALID);
  });

  it('ends on time, also when it was seen and found good before', async () => {
    const short = await signIn(server, person, { expires_in: 2 });
    expect((await me(short)).status).toBe(200);
    const answer = await eventually(async () => {
      const seen = await me(short);
      return seen.status !== 200 && seen;
    });
    expect(outcome(answer)).toEqual(EXPIRED);
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(Number(claimsOf(short).exp));
  });

  it('is not looked at above 8 KiB (C-44, C-54)', async () => {
    expect((await me(resigned(server, token, { padding: 'x'.repeat(4_000) }))).status).toBe(200);
    expect(outcome(await me(resigned(server, token, { padding: 'x'.repeat(6_000) })))).toEqual(INVALID);
  });
});
