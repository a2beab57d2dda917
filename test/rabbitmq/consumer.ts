import { type Channel, type ChannelModel, connect, type ConsumeMessage } from 'amqplib';
import { createRemoteJWKSet, generalVerify, type GeneralJWSInput } from 'jose';
import { type AccountEvent, EVENT_NAMES } from '../../src/events/account-event.js';
import { eventually } from '../support/client.js';

export const EXCHANGE = 'barong.events.model';
const QUEUE = 'listener';

/** The claims of a message. */
export interface Claims {
  iss: string;
  jti: string;
  iat: number;
  exp: number;
  event: Omit<AccountEvent, 'id'>;
}

export interface Arrival {
  fields: ConsumeMessage['fields'];
  properties: ConsumeMessage['properties'];
  claims: Claims;
}

/** Somebody who wants to know everything, with a queue that survives restarts of the broker. */
export class Consumer {
  readonly arrivals: Arrival[] = [];

  private constructor(
    readonly model: ChannelModel,
    readonly channel: Channel,
  ) {}

  /** Makes the exchange and the queue where they are missing, and begins to take what arrives. */
  static async start(url: string): Promise<Consumer> {
    const model = await connect(url);
    model.on('error', () => undefined);
    const channel = await model.createChannel();
    const consumer = new Consumer(model, channel);
    await consumer.bind();
    await channel.consume(QUEUE, (message) => message && consumer.take(message));
    return consumer;
  }

  async bind(): Promise<void> {
    await this.channel.assertExchange(EXCHANGE, 'direct', { durable: true });
    await this.channel.assertQueue(QUEUE, { durable: true });
    for (const name of EVENT_NAMES) await this.channel.bindQueue(QUEUE, EXCHANGE, name.replace('model.', ''));
  }

  /** Waits for an event of this name about this account; whatever the order, and once for all repetitions. */
  async arrived(name: string, uid: unknown): Promise<Arrival> {
    const isIt = ({ claims: { event } }: Arrival) =>
      event.name === name && [event.record.uid, event.record.account_uid].includes(uid);
    return eventually(() => Promise.resolve(this.arrivals.find(isIt)));
  }

  async stop(): Promise<void> {
    await this.model.close().catch(() => undefined);
  }

  private take(message: ConsumeMessage): void {
    const { payload } = messageOf(message);
    const claims = JSON.parse(Buffer.from(String(payload), 'base64url').toString()) as Claims;
    this.arrivals.push({ fields: message.fields, properties: message.properties, claims });
    this.raw.set(claims.jti, message);
    this.channel.ack(message);
  }

  private readonly raw = new Map<string, ConsumeMessage>();

  /** What a message says, once the published keys of the server have vouched for it. @throws when they do not */
  async verified({ claims }: Arrival, serverUrl: string): Promise<{ header: unknown; claims: unknown }> {
    const keys = createRemoteJWKSet(new URL(`${serverUrl}/oauth/jwks`));
    const message = messageOf(this.raw.get(claims.jti));
    const { payload, protectedHeader } = await generalVerify(message, keys, { algorithms: ['RS256'] });
    return { header: protectedHeader, claims: JSON.parse(new TextDecoder().decode(payload)) };
  }
}

function messageOf(message: ConsumeMessage | undefined): GeneralJWSInput {
  return JSON.parse(message?.content.toString() ?? '{}') as GeneralJWSInput;
}
