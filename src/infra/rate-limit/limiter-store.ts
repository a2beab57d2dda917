import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import {
  type IRateLimiterStoreOptions,
  RateLimiterPostgres,
  RateLimiterRedis,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { Config } from '../../config/config.js';

/** Where counters live: in PostgreSQL, or in Redis with REDIS_URL. Never in the process, of which there are several. */
@Injectable()
export class LimiterStore implements OnModuleDestroy {
  private readonly logger = new Logger('RateLimits');
  private readonly redis: Redis | undefined;

  constructor(
    config: Config,
    private readonly dataSource: DataSource,
  ) {
    if (config.redisUrl === undefined) return;
    // Whoever waits for a counter is told to come back; nothing is let through meanwhile.
    this.redis = new Redis(config.redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: false });
    this.redis.on('error', (error: Error) => this.logger.warn({ msg: 'Redis is away', error: error.name }));
  }

  create(options: Omit<IRateLimiterStoreOptions, 'storeClient'>): RateLimiterStoreAbstract {
    if (this.redis) return new RateLimiterRedis({ ...options, storeClient: this.redis });
    const table = { storeType: 'typeorm', tableName: 'rate_limits', tableCreated: true, clearExpiredByTimeout: false };
    return new RateLimiterPostgres({ ...options, ...table, storeClient: this.dataSource });
  }

  onModuleDestroy(): void {
    this.redis?.disconnect();
  }
}
