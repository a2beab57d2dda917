import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Program, type ProgramProcess, statusOf, until } from './program.js';
import { freePort } from '../support/free-port.js';

const ADMIN = { email: 'admin@barong.test', password: 'the first admin of tests' };
const SECRET_KEY = randomBytes(32).toString('base64');
const SIGN_IN = JSON.stringify({ ...ADMIN, application_id: 'local-demo' });

describe('SIGTERM', () => {
  let program: Program;
  let database: TestDatabase;
  let port: number;
  let url: string;
  beforeAll(async () => {
    program = await Program.build();
    database = await createTestDatabase();
    port = await freePort();
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    await program.remove();
    await database.drop();
  });

  async function start(env: NodeJS.ProcessEnv): Promise<ProgramProcess> {
    const DATA_DIR = await program.makeDataDir();
    const server = program.start('main', { PORT: String(port), DATABASE_URL: database.url, DATA_DIR, ...env });
    await server.ready(url);
    return server;
  }

  it('lets the request in hand finish, then ends with 0; a second one changes nothing', async () => {
    const server = await start({ SECRET_KEY, BCRYPT_COST: '10', ADMIN_PASSWORD: ADMIN.password });
    const slow = await beginSignIn();
    const idle = await openConnection();
    server.signal('SIGTERM');
    // Nobody new is let in.
    await until(async () => (await statusOf(`${url}/health/live`)) === undefined);
    server.signal('SIGTERM');
    const answer = await slow.finish();
    expect(answer).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
    expect(answer).toMatch(/\r\n\r\n"[\w-]+\.[\w-]+\.[\w-]+"$/);
    const { code, stderr } = await server.ended;
    expect([code, stderr]).toEqual([0, '']);
    idle.destroy();
  });

  it('is told to the balancer in production while requests are still served', async () => {
    const server = await start({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://accounts.example.com',
      SECRET_KEY,
      SMTP_URL: 'smtp://mail.example.com',
      SMS_URL: 'https://sms.example.com',
    });
    server.signal('SIGTERM');
    await until(async () => (await statusOf(`${url}/health/ready`)) === 503);
    // Connections stay, or each would be replaced by a new one; only who asks about readiness is sent away.
    const answers = await Promise.all(['live', 'ready'].map((of) => fetch(`${url}/health/${of}`)));
    expect(answers.map(({ status, headers }) => [status, headers.get('connection')])).toEqual([
      [200, 'keep-alive'],
      [503, 'close'],
    ]);
    expect((await server.ended).code).toBe(0);
  });

  /** A sign-in that the server has begun to answer and whose body is still on its way. */
  async function beginSignIn(): Promise<{ finish: () => Promise<string> }> {
    const socket = await openConnection();
    const head = [
      'POST /api/v1/sessions HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Content-Type: application/json',
      `Content-Length: ${SIGN_IN.length}`,
      'Expect: 100-continue',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    await once(socket, 'data');
    const finish = async (): Promise<string> => {
      let answer = '';
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      socket.write(SIGN_IN);
      await once(socket, 'end');
      return answer;
    };
    return { finish };
  }

  async function openConnection(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  }
});
