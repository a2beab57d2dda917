import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Program, until } from '../boot/program.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ADMIN, me, PASSWORD, send, type Serving, serve, signIn, signUp, tokenOf } from './serving.js';

const MINUTES = 60_000;
let program: Program;
let database: TestDatabase;
let pool: pg.Pool;
let servers: Record<'ahead' | 'behind', Serving>;
beforeAll(async () => {
  [program, database] = await Promise.all([Program.build(), createTestDatabase()]);
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on('error', () => undefined);
  const [ahead, behind] = await Promise.all([serveShifted(10 * MINUTES), serveShifted(-10 * MINUTES)]);
  servers = { ahead, behind };
});
afterAll(async () => {
  await program.remove();
  await pool.end();
  await database.drop();
});

/** A server whose clock differs from the database's; replicas have one name. */
function serveShifted(ms: number): Promise<Serving> {
  const NODE_OPTIONS = `--import ${path.join(import.meta.dirname, 'shifted-clock.mjs')}`;
  const shifted = { NODE_OPTIONS, CLOCK_SHIFT_MS: String(ms), PUBLIC_URL: 'http://accounts.test', RATE_LIMITS: 'on' };
  return serve(program, database.url, shifted);
}

/** As if nobody had asked for anything yet. */
const freshLimits = () => pool.query('TRUNCATE rate_limits, sign_in_counters');

/** The token of somebody's mail; it was sent although a clock is off. */
async function mailed(recipient: string, parameter: string): Promise<string> {
  let token: string | undefined;
  await until(async () => {
    const { rows } = await pool.query<{ text: string }>('SELECT text FROM outbox_messages WHERE recipient = $1', [
      recipient,
    ]);
    token = rows.map(({ text }) => new RegExp(`${parameter}=([\\w-]+)`).exec(text)?.[1]).find(Boolean);
    return token !== undefined;
  });
  return token ?? '';
}

const confirm = (server: Serving, confirmation_token: string) =>
  send(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token } });
/** As time does: what a table says of an end comes nearer. */
const letPass = (table: string, minutes: number) =>
  pool.query(`UPDATE ${table} SET expires_at = expires_at - make_interval(mins => $1)`, [minutes]);

describe.each(['ahead', 'behind'] as const)('a server whose clock is ten minutes %s (C-81)', (which) => {
  let server: Serving;
  beforeAll(async () => {
    server = servers[which];
    await freshLimits();
  });

  it('counts the ends of links by the database', async () => {
    const person = { email: `${which}@example.com`, password: PASSWORD };
    expect((await signUp(server, person.email)).status).toBe(201);
    const token = await mailed(person.email, 'confirmation_token');
    // 24 hours: a minute too long ago by the database, nine minutes to go by the server or the other way round.
    await letPass('email_confirmations', 24 * 60 + 1);
    expect((await confirm(server, token)).status).toBe(422);
    await letPass('email_confirmations', -2);
    expect((await confirm(server, token)).status).toBe(201);
    expect((await me(server, await tokenOf(server, person))).status).toBe(200);
  });

  it('counts the ends of its own tokens by the database', async () => {
    // Five minutes is less than it is off.
    const token = await tokenOf(server, undefined, { expires_in: 300 });
    expect((await me(server, token)).status).toBe(200);
    expect((await send(server, 'GET', '/api/v1/sessions', { token })).status).toBe(200);
    const short = await tokenOf(server, undefined, { expires_in: 1 });
    await until(async () => (await me(server, short)).status === 401);
  });

  it('has a token die with a changed password, and the next one live', async () => {
    const token = await tokenOf(server);
    const other = await tokenOf(server);
    const passwords = { old_password: ADMIN.password, new_password: PASSWORD, confirm_password: PASSWORD };
    const change = (body: object, by: string) => send(server, 'PUT', '/api/v1/accounts/password', { token: by, body });
    expect((await change(passwords, token)).status).toBe(200);
    expect((await me(server, other)).status).toBe(401);
    const next = await tokenOf(server, { ...ADMIN, password: PASSWORD });
    expect((await me(server, next)).status).toBe(200);
    // For who comes after.
    const back = { old_password: PASSWORD, new_password: ADMIN.password, confirm_password: ADMIN.password };
    expect((await change(back, next)).status).toBe(200);
  });
});

describe('replicas whose clocks differ by 20 minutes (C-81)', () => {
  beforeAll(freshLimits);

  it("take each other's tokens, and count tries together", async () => {
    const { ahead, behind } = servers;
    for (const [one, other] of [
      [ahead, behind],
      [behind, ahead],
    ] as const) {
      const token = await tokenOf(one);
      expect((await me(other, token)).status).toBe(200);
      expect((await send(other, 'DELETE', '/api/v1/sessions/current', { token })).status).toBe(204);
      expect((await me(one, token)).status).toBe(401);
    }
    // Sign-ups: ten an hour from one network, whichever replica is asked.
    const statuses: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      statuses.push((await signUp(turn % 2 ? ahead : behind, `person${turn}@example.com`)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 201), 429, 429]);
    // Wrong passwords: five are free. Then there is a wait; were it over on a slow machine, one of two would begin the next.
    const guess = async (replica: Serving) =>
      (await signIn(replica, { email: 'person0@example.com', password: 'wrong password' })).status;
    for (const replica of [ahead, behind, ahead, behind, ahead]) expect(await guess(replica)).toBe(401);
    expect(await Promise.all([guess(ahead), guess(behind)])).toContain(429);
  });
});
