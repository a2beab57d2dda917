import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountEvent, EventName } from '../../src/events/account-event.js';
import { WebhookDeliveries } from '../../src/events/webhooks/webhook-deliveries.service.js';
import { Database } from '../../src/infra/database/database.service.js';
import type { TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';

export interface Heard {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers one request; the path says which. */
export type Reply = (response: ServerResponse, heard: Heard) => void;

/** Somebody who is told of events. */
export interface Receiver {
  url: string;
  /** In the order in which they came. */
  heard: Heard[];
  heardAt(path: string): Heard[];
  /** Waits for the request of this number at a path, from 1. */
  request(path: string, number?: number): Promise<Heard>;
  /** How it answers at a path; 204 unless told. */
  answer(path: string, reply: Reply): void;
  close(): Promise<void>;
}

export const status =
  (code: number): Reply =>
  (response) =>
    response.writeHead(code).end();
/** Never answers. */
export const silence: Reply = () => undefined;

export async function startReceiver(): Promise<Receiver> {
  const heard: Heard[] = [];
  const replies = new Map<string, Reply>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const one = { path, headers, body: Buffer.concat(chunks).toString() };
      heard.push(one);
      (replies.get(path) ?? status(204))(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    heardAt: (path) => heard.filter((one) => one.path === path),
    request: (path, number = 1) =>
      eventually(() => Promise.resolve(heard.filter((one) => one.path === path)[number - 1])),
    answer: (path, reply) => replies.set(path, reply),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function eventOf(
  name: EventName = 'level.changed',
  record: AccountEvent['record'] = { uid: 'ID0123456789', email: 'secretly@example.com', level: 2 },
): AccountEvent {
  return { id: randomUUID(), name, at: new Date().toISOString(), record, changes: { level: 1 } };
}

/** Something happened, in a transaction of its own. */
export async function happens(server: TestApp, ...what: Parameters<typeof eventOf>): Promise<AccountEvent> {
  const event = eventOf(...what);
  const deliveries = server.app.get(WebhookDeliveries, { strict: false });
  await server.app.get(Database, { strict: false }).transaction((tx) => deliveries.enqueue(tx, event));
  return event;
}

export interface Delivery extends Record<string, unknown> {
  id: string;
  state: string;
  attempts: number;
  last_status: number | null;
  last_error: string | null;
}

export async function deliveryOf(server: TestApp, event: AccountEvent): Promise<Delivery | undefined> {
  const [row] = await server.sql<Delivery>(
    'SELECT id, state, attempts, last_status, last_error FROM webhook_deliveries WHERE event_id = $1',
    [event.id],
  );
  return row;
}

/** Waits until a delivery looks like this. */
export async function deliveryBecomes(
  server: TestApp,
  event: AccountEvent,
  expected: Partial<Delivery>,
): Promise<Delivery> {
  return eventually(async () => {
    const row = await deliveryOf(server, event);
    const isThere = row && Object.entries(expected).every(([field, value]) => row[field] === value);
    return isThere && row;
  });
}

/** What waits for its next try, or for its webhook to be called again, need not wait any more. */
export async function hurry(server: TestApp): Promise<void> {
  await server.sql('UPDATE webhooks SET paused_until = now() WHERE paused_until IS NOT NULL');
  await server.sql('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL');
}
