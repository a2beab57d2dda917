import { AppError } from '../../common/app-error.js';

export const WebhookErrors = {
  notFound: () => new AppError(404, 'webhook.not_found', 'Webhook not found'),
  /** Sentences by field. */
  invalid: (problems: Record<string, string[]>) => new AppError(422, 'webhook.invalid', problems),
  tooMany: (most: number) => new AppError(422, 'webhook.too_many', `There are ${most} webhooks already`),
  /** Nothing is sent to it. */
  disabled: () => new AppError(422, 'webhook.disabled', 'The webhook is disabled'),
  /** What was in it went with the account that it told of. */
  erasedDelivery: () =>
    new AppError(422, 'webhook.erased_delivery', 'The account was deleted and the delivery cannot be sent again'),
  unknownDelivery: () => new AppError(404, 'webhook.unknown_delivery', 'Delivery not found'),
};
