import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { Config } from '../../config/config.js';
import { withTimeout } from './with-timeout.js';
import { BrokerError } from './broker-errors.js';

export const EXCHANGE = 'barong.events.model';

const CONNECT_MS = 3_000;
/** Two missed ones end the connection, so a broker that fell silent is noticed. */
const HEARTBEAT_SECONDS = 10;
/** While the broker is away nobody but one job in so much time waits for it: other jobs have their turn, such as mail. */
const PAUSE_MS = 5_000;
const CLOSE_MS = 2_000;

/** The one connection of this process to the broker: opened when it is needed, and anew after it was lost. */
@Injectable()
export class BrokerConnection implements OnApplicationShutdown {
  private readonly logger = new Logger('Broker');
  private model: ChannelModel | undefined;
  private opening: Promise<ConfirmChannel> | undefined;
  private opened: ConfirmChannel | undefined;
  private failedAt: number | undefined;
  private isBlocked = false;

  constructor(private readonly config: Config) {}

  /**
   * A channel with confirms on which the exchange is there.
   * @throws BrokerError when the broker is away or has stopped taking messages; a few seconds at most pass until then
   */
  async channel(): Promise<ConfirmChannel> {
    if (this.isBlocked) throw new BrokerError('BROKER_BLOCKED');
    if (this.opening) return this.opening;
    if (this.failedAt !== undefined && performance.now() - this.failedAt < PAUSE_MS)
      throw new BrokerError('BROKER_AWAY');
    this.opening = this.open().catch((error: unknown) => this.failed(error));
    return this.opening;
  }

  /**
   * For a channel that did not do its work: what is wrong with it is often wrong with the connection, so the next
   * message gets new ones of both. A broker that takes nothing for now is left to say when it does again.
   */
  drop(channel: ConfirmChannel): void {
    if (channel === this.opened && !this.isBlocked) this.close();
  }

  /** After the worker stopped, which lets the jobs in hand finish before. */
  async onApplicationShutdown(): Promise<void> {
    const { model } = this;
    this.forget();
    if (model) await withTimeout(model.close(), CLOSE_MS).catch(() => undefined);
  }

  private async open(): Promise<ConfirmChannel> {
    const url = new URL(this.config.eventsUrl ?? '');
    // Only who has a broker loads its client.
    const { connect } = await import('amqplib');
    const model = await connect(optionsOf(url), { timeout: CONNECT_MS, noDelay: true, keepAlive: true });
    this.watch(model);
    const isDurable = url.searchParams.get('exchange') !== 'transient';
    const channel = await withTimeout(prepare(model, isDurable), CONNECT_MS);
    channel.on('close', () => this.drop(channel));
    this.logger.log({ msg: 'connected to the event broker' });
    this.failedAt = undefined;
    this.opened = channel;
    return channel;
  }

  private watch(model: ChannelModel): void {
    this.model = model;
    model.on('error', () => undefined);
    model.on('close', () => {
      if (this.model !== model) return;
      this.logger.warn({ msg: 'connection to the event broker lost' });
      this.forget();
    });
    model.on('blocked', () => {
      this.logger.warn({ msg: 'the event broker takes no messages for now' });
      this.isBlocked = true;
    });
    model.on('unblocked', () => (this.isBlocked = false));
  }

  private failed(error: unknown): never {
    this.close();
    this.failedAt = performance.now();
    // Messages of sockets and brokers may repeat the address; codes do not.
    this.logger.warn({ msg: 'no connection to the event broker', code: (error as { code?: unknown }).code });
    throw new BrokerError('BROKER_AWAY');
  }

  private close(): void {
    const { model } = this;
    this.forget();
    model?.close().catch(() => undefined);
  }

  private forget(): void {
    this.model = undefined;
    this.opened = undefined;
    this.opening = undefined;
    this.isBlocked = false;
  }
}

function optionsOf(url: URL): Options.Connect {
  const given = url.username !== '' || url.password !== '';
  return {
    protocol: url.protocol.slice(0, -1),
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port && { port: Number(url.port) }),
    ...(given && { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
    vhost: url.pathname.slice(1),
    heartbeat: HEARTBEAT_SECONDS,
  };
}

async function prepare(model: ChannelModel, isDurable: boolean): Promise<ConfirmChannel> {
  await ensureExchange(model, isDurable);
  const channel = await model.createConfirmChannel();
  // Whoever published hears of it by what was not confirmed.
  channel.on('error', () => undefined);
  return channel;
}

/**
 * An exchange that is there is taken as it is, however it was made: consumers may have been first, and a broker's
 * operator may have left us no right to make one.
 */
async function ensureExchange(model: ChannelModel, durable: boolean): Promise<void> {
  const look = await model.createChannel();
  look.on('error', () => undefined);
  const isThere = await look.checkExchange(EXCHANGE).then(
    () => true,
    () => false,
  );
  if (isThere) return look.close();
  // Looking for what is not there has closed that channel.
  const make = await model.createChannel();
  make.on('error', () => undefined);
  await make.assertExchange(EXCHANGE, 'direct', { durable });
  await make.close();
}
