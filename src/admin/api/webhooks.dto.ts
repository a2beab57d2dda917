import { ApiProperty } from '@nestjs/swagger';
import { OptionalChoice, OptionalFlag, OptionalTextList } from '../../common/parameter-kinds.js';
import { PageQuery } from '../../common/pagination.js';
import { OptionalText, Text } from '../../common/validation.js';
import { EVENT_NAMES } from '../../events/account-event.js';
import type { WebhookSettings } from '../../events/webhooks/webhook-rules.js';
import {
  DELIVERY_STATES,
  type DeliveryState,
  type WebhookDelivery,
} from '../../events/webhooks/webhook-delivery.entity.js';
import type { Webhook } from '../../events/webhooks/webhook.entity.js';
import type { RotatedSecret } from '../../events/webhooks/webhooks.service.js';

const LONGEST_URL = 2048;
const UID = '5f1d7a84db00d2fce00b31a7fc73224f';

const docs = {
  name: { description: '1 to 100 characters', example: 'Exchange' },
  url: {
    description: 'Told of events by POST; https, port 443 or 8443, on the internet',
    example: 'https://exchange.example.com/hooks/accounts',
  },
  events: {
    description: `Names of events, or \`*\` for all of them: ${EVENT_NAMES.join(', ')}`,
    example: ['model.account.created', 'level.changed'],
  },
  enabled: { description: 'Nothing is put down or sent while it is not' },
};

export class AdminCreateWebhookRequest {
  @Text(docs.name) name!: string;
  @Text({ ...docs.url, max: LONGEST_URL }) url!: string;
  @OptionalTextList(docs.events) events?: string[];
}

export class AdminChangeWebhookRequest {
  @OptionalText(docs.name) name?: string;
  @OptionalText({ ...docs.url, max: LONGEST_URL }) url?: string;
  @OptionalTextList(docs.events) events?: string[];
  @OptionalFlag(docs.enabled) enabled?: boolean;
}

/** What is given, under the names of the domain. */
export function toWebhookSettings(body: AdminChangeWebhookRequest): Partial<WebhookSettings> {
  const settings = { name: body.name, url: body.url, eventNames: body.events, enabled: body.enabled };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

export class AdminDeliveriesQuery extends PageQuery {
  @OptionalChoice(DELIVERY_STATES, { description: 'Only those in this state' }) state?: DeliveryState;
}

export class AdminWebhookResponse {
  @ApiProperty({ example: UID }) uid!: string;
  @ApiProperty(docs.name) name!: string;
  @ApiProperty(docs.url) url!: string;
  @ApiProperty({ ...docs.events, isArray: true, type: String }) events!: string[];
  @ApiProperty(docs.enabled) enabled!: boolean;
  @ApiProperty({
    enum: ['staff', 'gone', 'failing'],
    nullable: true,
    description: 'Who disabled it: staff, the receiver by 410 Gone, or we after five days of failures',
  })
  disabled_because!: string | null;
  @ApiProperty({ description: 'Requests in a row that went wrong', example: 0 }) failures!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) failing_since!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'No request is made until then' })
  paused_until!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When deliveries were last given up because too many waited',
  })
  given_up_at!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'While two secrets sign' })
  previous_secret_expires_at!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(webhook: Webhook): AdminWebhookResponse {
    return {
      uid: webhook.uid,
      name: webhook.name,
      url: webhook.url,
      events: webhook.eventNames,
      enabled: webhook.enabled,
      disabled_because: webhook.disabledBecause,
      failures: webhook.failures,
      failing_since: webhook.failingSince?.toISOString() ?? null,
      paused_until: webhook.pausedUntil?.toISOString() ?? null,
      given_up_at: webhook.givenUpAt?.toISOString() ?? null,
      previous_secret_expires_at: webhook.previousSecretExpiresAt?.toISOString() ?? null,
      created_at: webhook.createdAt.toISOString(),
      updated_at: webhook.updatedAt.toISOString(),
    };
  }
}

export class AdminCreatedWebhookResponse extends AdminWebhookResponse {
  @ApiProperty({ description: 'Shown this once', example: 'whsec_…' }) secret!: string;
}

export class AdminRotatedWebhookSecretResponse {
  @ApiProperty({ example: UID }) uid!: string;
  @ApiProperty({ description: 'Shown this once', example: 'whsec_…' }) secret!: string;
  @ApiProperty({ format: 'date-time', description: 'Until then the secret before signs too' })
  previous_secret_expires_at!: string;

  static from(uid: string, { secret, previousExpiresAt }: RotatedSecret): AdminRotatedWebhookSecretResponse {
    return { uid, secret, previous_secret_expires_at: previousExpiresAt.toISOString() };
  }
}

export class AdminWebhookDeliveryResponse {
  @ApiProperty({ example: '42' }) id!: string;
  @ApiProperty({ format: 'uuid', description: 'The `webhook-id` of every try' }) event_id!: string;
  @ApiProperty({ example: 'model.account.created' }) event!: string;
  @ApiProperty({ enum: DELIVERY_STATES }) state!: string;
  @ApiProperty({ description: 'Requests that were made', example: 1 }) attempts!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'HTTP status of the last answer' })
  last_status!: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'Class, code and status of the last failure' })
  last_error!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) delivered_at!: string | null;

  static from(delivery: WebhookDelivery): AdminWebhookDeliveryResponse {
    return {
      id: delivery.id,
      event_id: delivery.eventId,
      event: delivery.eventName,
      state: delivery.state,
      attempts: delivery.attempts,
      last_status: delivery.lastStatus,
      last_error: delivery.lastError,
      created_at: delivery.createdAt.toISOString(),
      delivered_at: delivery.deliveredAt?.toISOString() ?? null,
    };
  }
}
