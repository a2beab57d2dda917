import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfirmChannel, Options } from 'amqplib';
import { Config } from '../../config/config.js';
import { JobWorker } from '../../infra/queue/job-worker.service.js';
import type { AccountEvent, EventName } from '../account-event.js';
import { BrokerConnection, EXCHANGE } from './broker-connection.service.js';
import { BrokerError } from './broker-errors.js';
import { EventTokens } from './event-tokens.service.js';
import { withTimeout } from './with-timeout.js';

export const PUBLISH_EVENT = 'events.publish';

const CONFIRM_MS = 5_000;

/** Takes events from the queue to the broker; what the broker did not confirm is tried again later. */
@Injectable()
export class EventPublisher implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly worker: JobWorker,
    private readonly tokens: EventTokens,
    private readonly broker: BrokerConnection,
  ) {}

  /** A replica without the setting leaves the jobs to those that have it. */
  onModuleInit(): void {
    if (this.config.eventsUrl === undefined) return;
    this.worker.handle(PUBLISH_EVENT, (payload) => this.publish(payload as AccountEvent));
  }

  private async publish(event: AccountEvent): Promise<void> {
    const message = Buffer.from(await this.tokens.sign(event));
    const channel = await this.broker.channel();
    try {
      await withTimeout(confirmed(channel, routingKeyOf(event.name), message, propertiesOf(event)), CONFIRM_MS);
    } catch (error) {
      this.broker.drop(channel);
      throw error;
    }
  }
}

/** As in the event API of Barong: the category is in the name of the exchange, the rest is the key. */
function routingKeyOf(name: EventName): string {
  return name.replace(/^model\./, '');
}

function propertiesOf({ id, name, at }: AccountEvent): Options.Publish {
  return {
    messageId: id,
    type: name,
    timestamp: Math.floor(Date.parse(at) / 1000),
    // RFC 7515, section 9.2.1.
    contentType: 'application/jose+json',
    persistent: true,
    // A message that no queue is bound for is taken and gone: that nobody wants to know is no failure.
    mandatory: false,
  };
}

function confirmed(channel: ConfirmChannel, key: string, message: Buffer, properties: Options.Publish): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(EXCHANGE, key, message, properties, (error: unknown) =>
      error ? reject(new BrokerError('NOT_CONFIRMED')) : resolve(),
    );
  });
}
