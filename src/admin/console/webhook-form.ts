import { OptionalTextList } from '../../common/parameter-kinds.js';
import { OptionalText } from '../../common/validation.js';
import type { WebhookSettings } from '../../events/webhooks/webhook-rules.js';
import type { Webhook } from '../../events/webhooks/webhook.entity.js';

/** What the form of a webhook sends. */
export class WebhookForm {
  @OptionalText() name?: string;
  @OptionalText() url?: string;
  @OptionalTextList() events?: string[];
}

/** What stands in the form. */
export type WebhookValues = Omit<WebhookSettings, 'enabled'>;

export const NEW_WEBHOOK: WebhookValues = { name: '', url: '', eventNames: [] };

export function webhookValues({ name, url, eventNames }: Webhook): WebhookValues {
  return { name, url, eventNames };
}

export function typedWebhook({ name = '', url = '', events = [] }: WebhookForm): WebhookValues {
  return { name, url, eventNames: events };
}
