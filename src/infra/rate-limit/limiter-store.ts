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
import { Lifecycle } from '../telemetry/lifecycle.service.js';

/** For a connection and for an answer: whoever waits is told to come back, and nothing is let through meanwhile. */
const PATIENCE_MS = 2_000;

/** Where counters live: in PostgreSQL, or in Redis with REDIS_URL. Never in the process, of which there are several. */
@Injectable()
export class LimiterStore implements OnModuleDestroy {
  private readonly logger = new Logger('RateLimits');
  private readonly redis: Redis | undefined;
  private isAway = false;

  constructor(
    config: Config,
    lifecycle: Lifecycle,
    private readonly dataSource: DataSource,
  ) {
    if (config.redisUrl === undefined) return;
    this.redis = this.connect(config.redisUrl);
    lifecycle.watch('redis', () => this.redis?.status !== 'ready');
  }

  create(options: Omit<IRateLimiterStoreOptions, 'storeClient'>): RateLimiterStoreAbstract {
    if (this.redis) {
      return new RateLimiterRedis({ ...options, keyPrefix: `barong:${options.keyPrefix}`, storeClient: this.redis });
    }
    const table = { storeType: 'typeorm', tableName: 'rate_limits', tableCreated: true, clearExpiredByTimeout: false };
    return new RateLimiterPostgres({ ...options, ...table, storeClient: this.dataSource });
  }

  /** In words for an operator. @throws Error when Redis does not answer */
  async describe(): Promise<string> {
    if (!this.redis) return 'in the database';
    const { host, port } = this.redis.options;
    try {
      if (this.redis.status !== 'ready') await this.firstWord(this.redis);
      await this.redis.ping();
    } catch {
      throw new Error(`Redis at ${host}:${port} does not answer; what it counts is refused meanwhile`);
    }
    return `in Redis at ${host}:${port}`;
  }

  onModuleDestroy(): void {
    this.redis?.disconnect();
  }

  /** Comes back by itself however long Redis is away. Neither the address nor an answer is logged: they have secrets. */
  private connect(url: string): Redis {
    const times = { connectTimeout: PATIENCE_MS, commandTimeout: PATIENCE_MS };
    const redis = new Redis(url, { ...times, enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    redis.on('error', (error: Error & { code?: string }) => {
      // The library hears a socket's first error only. TLS may have a second one, which would end the process.
      redis.stream?.on('error', () => undefined);
      if (this.isAway) return;
      this.isAway = true;
      this.logger.error({ msg: 'Redis is away: what it counts is refused', error: error.code ?? error.name });
    });
    redis.on('ready', () => {
      if (this.isAway) this.logger.log({ msg: 'Redis is back' });
      this.isAway = false;
    });
    return redis;
  }

  /** A command that has just begun finds the connection under way. */
  private firstWord(redis: Redis): Promise<void> {
    return new Promise((resolve, reject) => {
      redis.once('ready', resolve);
      redis.once('error', reject);
      redis.once('end', () => reject(new Error('ended')));
    });
  }
}
