import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO } from '../support/app.js';
import { call, eventually, messageTo, outcome, tokenIn } from '../support/client.js';
import { raw } from '../support/raw.js';
import { type ServerProcess, startProcess } from '../support/server-process.js';

const EMAIL = 'secretive@example.com';
const PASSWORDS = ['the first password', 'the second password', 'the third password', 'a wrong password'];
const [FIRST = '', SECOND = '', THIRD = '', WRONG = ''] = PASSWORDS;

let server: ServerProcess;
beforeAll(async () => {
  server = await startProcess({ LOG_LEVEL: 'trace', SECRET_KEY: SECRET });
});
afterAll(() => server.clean());

const SECRET = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz').toString('base64');
const post = <Body = unknown>(path: string, body: unknown, token?: string) =>
  call<Body>(server, 'POST', `/api/v1/${path}`, { body, ...(token !== undefined && { token }) });
const put = (path: string, body: unknown, token?: string) =>
  call(server, 'PUT', `/api/v1/${path}`, { body, ...(token !== undefined && { token }) });
const lines = () =>
  server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));

describe('logs at the finest level (C-59)', () => {
  const secrets: string[] = [EMAIL, 'secretive', ...PASSWORDS, SECRET, 'eyJ', 'Bearer', 'query-secret', 'x-secret'];

  it('tell what happened, a line of JSON each', async () => {
    await post('accounts', { email: EMAIL, password: FIRST });
    const confirmation_token = tokenIn(await messageTo(server, EMAIL), 'confirmation_token');
    await post('accounts/confirm', { confirmation_token });
    const credentials = { email: EMAIL, application_id: LOCAL_DEMO };
    await post('sessions', { ...credentials, password: WRONG });
    const { body: token } = await post<string>('sessions', { ...credentials, password: FIRST });
    await call(server, 'GET', `/api/v1/accounts/me?access_token=${token}&q=query-secret`, { token });
    await call(server, 'GET', `/nothing/${token}?email=${EMAIL}`, { token, headers: { cookie: 'x-secret=1' } });
    await call(server, 'GET', '/api/v1/accounts/me', { token: `${token}x` });
    await put('accounts/password', { old_password: FIRST, new_password: SECOND }, token);
    await post('security/reset_password', { email: EMAIL });
    const reset_password_token = tokenIn(await eventuallyReset(), 'reset_password_token');
    await put('security/reset_password', { reset_password_token, password: THIRD });
    await call(server, 'GET', `/confirm?confirmation_token=${confirmation_token}`);
    await raw(server as never, `GET /?email=${EMAIL}\r HTTP/1.1\nHost: ${EMAIL}\nConnection: close`);
    await call(server, 'POST', '/api/v1/accounts', {
      headers: { 'content-type': 'application/json' },
      body: `{"email":"${EMAIL}","password":"${FIRST}"`,
    });
    secrets.push(token, confirmation_token, reset_password_token, token.split('.')[2] ?? '');

    const requests = lines().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(requests).toContainEqual(
      expect.objectContaining({ msg: 'request', method: 'POST', route: '/api/v1/sessions', status: 201 }),
    );
    expect(requests).toContainEqual(
      expect.objectContaining({ msg: 'request', route: '/api/v1/accounts/me', status: 401 }),
    );
  });

  it('tell of faults of ours, and the answer tells nothing of them (C-60)', async () => {
    await server.sql('ALTER TABLE audit_entries RENAME TO audit_entries_gone');
    await server.sql('ALTER TABLE outbox_messages RENAME TO outbox_messages_gone');
    const answer = await post('accounts', { email: `another-${EMAIL}`, password: FIRST });
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({
      error: 'Internal Server Error',
      code: 'server.error',
      request_id: answer.headers.get('x-request-id'),
    });
    expect(await server.sql('SELECT 1 FROM accounts WHERE email = $1', [`another-${EMAIL}`])).toEqual([]);
    await eventually(async () => server.output().includes(String(answer.headers.get('x-request-id'))));
    expect(lines().find((line) => line.includes('request failed'))).toContain('42P01');

    expect(outcome(await post('security/reset_password', { email: EMAIL }))).toEqual([201, null]);
    await eventually(async () => server.output().includes('job failed'));
  });

  it('never hold a password, a token, an address or a query', () => {
    const output = server.output();
    expect(secrets.filter((secret) => secret.length > 0 && output.includes(secret))).toEqual([]);
  });

  it('end in order when the process is asked to end (C-84)', async () => {
    expect(await server.stop('SIGTERM')).toBe(0);
  });

  async function eventuallyReset() {
    return eventually(async () => {
      const mail = await messageTo(server, EMAIL, 3);
      return mail.subject === 'Reset your password' && mail;
    });
  }
});
