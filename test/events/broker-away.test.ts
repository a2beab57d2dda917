import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, messageTo } from '../support/client.js';

/** A broker that takes connections and never says a word. */
let mute: Server;
const sockets = new Set<Socket>();
let server: TestApp;
beforeAll(async () => {
  mute = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).resume());
  }).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const { port } = mute.address() as { port: number };
  server = await startApp({ EVENTS_URL: `amqp://events:the-password@127.0.0.1:${port}` });
});
afterAll(async () => {
  await server?.close();
  for (const socket of sockets) socket.destroy();
  mute?.close();
});

describe('while the broker does not answer', () => {
  it('events are tried again, and mail goes out', async () => {
    const addresses = ['a', 'b', 'c', 'd'].map((name) => `${name}@mute.example.com`);
    for (const email of addresses) {
      const body = { email, password: 'a long enough password' };
      expect((await call(server, 'POST', '/api/v1/accounts', { body })).status).toBe(201);
    }
    for (const email of addresses) await messageTo(server, email);
    const failures = await eventually(async () => {
      const jobs = await server.sql<{ last_error: string | null }>(
        `SELECT last_error FROM graphile_worker.jobs WHERE task_identifier = 'events.publish'`,
      );
      return jobs.every(({ last_error: error }) => error !== null) && jobs;
    });
    // Nothing but the class and code is kept: no address, no password.
    expect(new Set(failures.map(({ last_error: error }) => error))).toEqual(new Set(['BrokerError BROKER_AWAY']));
  });
});
