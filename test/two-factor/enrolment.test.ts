import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import QRCode from 'qrcode';
import sharp from 'sharp';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { agedToken } from '../support/tokens.js';
import { codeOf, factorState, inParallel, post, protectedPerson, scan, tally, wrongCode } from './authenticator.js';

const REQUIRED = { status: 403, body: { code: 'session.reauthentication_required' } };
const ALREADY = [400, 'You are already enabled 2FA'];
const INVALID = [422, 'Your code is invalid'];
const MINUTES_16 = 16 * 60;

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off', APP_NAME: 'Bank & Söhne' });
});
afterAll(() => server.close());

async function signedIn(): Promise<{ person: Person; token: string }> {
  const person = await newPerson(server);
  return { person, token: await signIn(server, person) };
}

/** Reads the picture as a scanner does, in the middle of each module. */
async function modulesOf(png: Buffer, size: number): Promise<number[]> {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const dark = (x: number, y: number) => (data[(y * info.width + x) * info.channels] ?? 255) < 128;
  const pixels = Array.from({ length: info.width }, (_, at) => at);
  const first = pixels.find((x) => dark(x, x)) ?? 0;
  const scale = Math.floor(info.width / (size + 8));
  return Array.from({ length: size * size }, (_, at) => {
    const [x, y] = [at % size, Math.floor(at / size)];
    return dark(first + x * scale + Math.floor(scale / 2), first + y * scale + Math.floor(scale / 2)) ? 1 : 0;
  });
}

describe('generate_qrcode', () => {
  it('answers with the URL for authenticator apps and its picture of 300 pixels', async () => {
    const { person, token } = await signedIn();
    const answer = await post<{ data: { barcode: string; url: string } }>(server, 'generate_qrcode', token);
    expect([answer.status, Object.keys(answer.body), Object.keys(answer.body.data)]).toEqual([
      201,
      ['data'],
      ['barcode', 'url'],
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const url = new URL(answer.body.data.url);
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(url.pathname)).toBe(`/Bank & Söhne:${person.email}`);
    expect(url.searchParams.get('issuer')).toBe('Bank & Söhne');
    expect(url.searchParams.get('secret')).toMatch(/^[A-Z2-7]{32}$/);

    const png = Buffer.from(answer.body.data.barcode, 'base64');
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 300, height: 300 });
    const { modules } = QRCode.create(answer.body.data.url, { errorCorrectionLevel: 'M' });
    expect(await modulesOf(png, modules.size)).toEqual([...modules.data].map(Number));
  });

  it('changes nothing: signing in takes the password alone, and there is nothing to verify a code with', async () => {
    const { person, token } = await signedIn();
    const secret = await scan(server, token);
    expect(await factorState(server, person.email)).toBe(false);
    expect(outcome(await post(server, 'verify_code', token, { code: codeOf(secret) }))).toEqual([
      400,
      'You need to enable 2FA first',
    ]);
    await signIn(server, person);
  });

  it('makes another secret each time, of which the newest counts', async () => {
    const { token } = await signedIn();
    const older = await scan(server, token);
    const newer = await scan(server, token);
    expect(newer).not.toBe(older);
    expect(outcome(await post(server, 'enable_2fa', token, { code: codeOf(older) }))).toEqual(INVALID);
    expect((await post(server, 'enable_2fa', token, { code: codeOf(newer) })).status).toBe(201);
  });

  it('keeps the secret encrypted, in no message, log entry or later answer', async () => {
    const { person, token } = await signedIn();
    const secret = await scan(server, token);
    const row = async (table: string) =>
      (await server.sql<{ text: string }>(`SELECT encode(secret_encrypted, 'escape') AS text FROM ${table}`)).map(
        ({ text }) => text,
      );
    expect((await row('otp_enrolments')).join()).not.toContain(secret);
    const enabled = await post(server, 'enable_2fa', token, { code: codeOf(secret) });
    await jobsDone(server);
    const me = await call<object>(server, 'GET', '/api/v1/accounts/me', { token });
    expect(me.body).toMatchObject({ email: person.email, otp_enabled: true });
    const elsewhere = await server.sql(
      `SELECT (SELECT string_agg(details::text, '') FROM audit_entries) AS log, (SELECT string_agg(text, '') FROM outbox_messages) AS mails`,
    );
    const everything = JSON.stringify([enabled.body, me.body, await row('otp_secrets'), elsewhere]);
    expect(everything).not.toContain(secret);
  });

  it('is refused when the factor is on, which stays as it is', async () => {
    const { token, person, freshCode } = await protectedPerson(server);
    expect(outcome(await post(server, 'generate_qrcode', token))).toEqual(ALREADY);
    expect((await post(server, 'verify_code', token, { code: await freshCode() })).status).toBe(201);
    expect(await factorState(server, person.email)).toBe(true);
  });

  it('asks for the password sixteen minutes after the sign-in', async () => {
    const { person, token } = await signedIn();
    const old = agedToken(server, token, MINUTES_16);
    for (const body of [undefined, {}, { password: '' }]) {
      expect(await post(server, 'generate_qrcode', old, body)).toMatchObject(REQUIRED);
    }
    expect(outcome(await post(server, 'generate_qrcode', old, { password: 'wrong' }))).toEqual([
      401,
      '401 Unauthorized',
    ]);
    expect((await post(server, 'generate_qrcode', old, { password: person.password })).status).toBe(201);
  });
});

describe('enable_2fa', () => {
  it('answers with ten recovery codes of 120 bits, which it keeps as hashes only', async () => {
    const { person, recoveryCodes } = await protectedPerson(server);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$/);
    expect(await factorState(server, person.email)).toBe(true);
    const rows = await server.sql<{ bytes: number }>(
      `SELECT length(code_hash) AS bytes FROM recovery_codes JOIN accounts ON accounts.id = account_id WHERE email = $1`,
      [person.email],
    );
    expect(rows).toEqual(Array(10).fill({ bytes: 32 }));
  });

  it('refuses a wrong code, and leaves the secret good', async () => {
    const { person, token } = await signedIn();
    const secret = await scan(server, token);
    for (const code of [wrongCode(secret), codeOf(secret, 5), 'abcdef', '1', '1'.repeat(10_000), 'a\0b']) {
      expect(outcome(await post(server, 'enable_2fa', token, { code }))).toEqual(INVALID);
    }
    expect(await factorState(server, person.email)).toBe(false);
    expect((await post(server, 'enable_2fa', token, { code: codeOf(secret) })).status).toBe(201);
  });

  it('refuses every code without a secret, and once the secret has expired', async () => {
    const { person, token } = await signedIn();
    expect(outcome(await post(server, 'enable_2fa', token, { code: '123456' }))).toEqual(INVALID);
    const secret = await scan(server, token);
    await server.sql(
      `UPDATE otp_enrolments SET expires_at = now() FROM accounts WHERE accounts.id = account_id AND email = $1`,
      [person.email],
    );
    expect(outcome(await post(server, 'enable_2fa', token, { code: codeOf(secret) }))).toEqual(INVALID);
    expect(await factorState(server, person.email)).toBe(false);
  });

  it('gives a secret ten minutes', async () => {
    const { person, token } = await signedIn();
    await scan(server, token);
    const [row] = await server.sql<{ seconds: number }>(
      `SELECT extract(epoch FROM expires_at - now())::int AS seconds
       FROM otp_enrolments JOIN accounts ON accounts.id = account_id WHERE email = $1`,
      [person.email],
    );
    expect(row?.seconds).toBeGreaterThan(500);
    expect(row?.seconds).toBeLessThanOrEqual(600);
  });

  it('is refused when the factor is on, also with a right code', async () => {
    const { token, freshCode } = await protectedPerson(server);
    for (const code of ['000000', await freshCode()]) {
      expect(outcome(await post(server, 'enable_2fa', token, { code }))).toEqual(ALREADY);
    }
  });

  it('succeeds once in twenty parallel calls', async () => {
    const { person, token } = await signedIn();
    const code = codeOf(await scan(server, token));
    const answers = await inParallel(20, () => post(server, 'enable_2fa', token, { code }));
    const counts = tally(answers);
    // The others find the factor on, or the secret gone, depending on when they look.
    expect([counts[201], (counts[400] ?? 0) + (counts[422] ?? 0)]).toEqual([1, 19]);
    expect(await factorState(server, person.email)).toBe(true);
    const [codes] = await server.sql(
      `SELECT count(*)::int AS count FROM recovery_codes JOIN accounts ON accounts.id = account_id WHERE email = $1`,
      [person.email],
    );
    expect(codes).toEqual({ count: 10 });
  });

  it('asks for the password sixteen minutes after the sign-in', async () => {
    const { person, token } = await signedIn();
    const secret = await scan(server, token);
    const old = agedToken(server, token, MINUTES_16);
    const code = codeOf(secret);
    expect(await post(server, 'enable_2fa', old, { code })).toMatchObject(REQUIRED);
    expect(outcome(await post(server, 'enable_2fa', old, { code, password: 'wrong' }))).toEqual([
      401,
      '401 Unauthorized',
    ]);
    expect(await factorState(server, person.email)).toBe(false);
    expect((await post(server, 'enable_2fa', old, { code, password: person.password })).status).toBe(201);
  });

  it('takes no secret that was copied from another account', async () => {
    const [mine, theirs] = [await signedIn(), await signedIn()];
    const secret = await scan(server, theirs.token);
    await scan(server, mine.token);
    await server.sql(
      `UPDATE otp_enrolments SET secret_encrypted = other.secret_encrypted
       FROM otp_enrolments AS other, accounts AS me, accounts AS them
       WHERE otp_enrolments.account_id = me.id AND other.account_id = them.id AND me.email = $1 AND them.email = $2`,
      [mine.person.email, theirs.person.email],
    );
    const answer = await post(server, 'enable_2fa', mine.token, { code: codeOf(secret) });
    expect(outcome(answer)).toEqual([500, 'Internal Server Error']);
    expect(await factorState(server, mine.person.email)).toBe(false);
  });
});
