import { Global, Module } from '@nestjs/common';
import { CleanUps } from '../queue/clean-ups.service.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKeys } from './idempotency-keys.service.js';

/** Requests that may be sent again without being done again. */
@Global()
@Module({
  providers: [IdempotencyKeys, IdempotencyInterceptor],
  exports: [IdempotencyKeys, IdempotencyInterceptor],
})
export class IdempotencyModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add({ table: 'idempotency_keys', expired: 'expires_at < now()' });
  }
}
