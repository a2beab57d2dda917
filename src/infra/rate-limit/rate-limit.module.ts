import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../config/config.js';
import { CleanUps } from '../queue/clean-ups.service.js';
import { Lifecycle } from '../telemetry/lifecycle.service.js';
import { LimiterStore, openRedis } from './limiter-store.js';
import { RateLimits } from './rate-limits.service.js';

/** Counters against abuse. */
@Global()
@Module({
  providers: [
    {
      provide: LimiterStore,
      inject: [Config, Lifecycle, DataSource],
      useFactory: async (config: Config, lifecycle: Lifecycle, dataSource: DataSource) =>
        new LimiterStore(lifecycle, dataSource, await openRedis(config)),
    },
    RateLimits,
  ],
  exports: [LimiterStore, RateLimits],
})
export class RateLimitModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add({ table: 'rate_limits', expired: 'expire < (extract(epoch FROM now()) * 1000)::bigint' });
  }
}
