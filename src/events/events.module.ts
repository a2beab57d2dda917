import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { BrokerConnection } from './broker/broker-connection.service.js';
import { EventPublisher } from './broker/event-publisher.service.js';
import { EventTokens } from './broker/event-tokens.service.js';
import { EventsService } from './events.service.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** What happened to accounts, for the broker and for webhooks. */
@Module({
  imports: [KeysModule, WebhooksModule],
  providers: [BrokerConnection, EventPublisher, EventTokens, EventsService],
  exports: [EventsService],
})
export class EventsModule {}
