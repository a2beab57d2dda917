import { Global, Module } from '@nestjs/common';
import { CleanUps } from '../queue/clean-ups.service.js';
import { LimiterStore } from './limiter-store.js';
import { RateLimits } from './rate-limits.service.js';

/** Counters against abuse. */
@Global()
@Module({ providers: [LimiterStore, RateLimits], exports: [LimiterStore, RateLimits] })
export class RateLimitModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add({ table: 'rate_limits', expired: 'expire < (extract(epoch FROM now()) * 1000)::bigint' });
  }
}
