import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** A route whose requests may bring an `Idempotency-Key`. Stands above an interceptor that reads a body. */
export const Idempotent = () =>
  applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Up to 255 characters, such as a UUID. The same request again with it, within 24 hours, changes nothing and is ' +
        'answered alike; another one is refused with 422.',
    }),
  );
