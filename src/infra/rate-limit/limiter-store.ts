import { Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Redis } from 'ioredis';
import {
  type IRateLimiterStoreOptions,
  RateLimiterPostgres,
  RateLimiterRedis,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import type { Config } from '../../config/config.js';
import type { Lifecycle } from '../telemetry/lifecycle.service.js';

/** For a connection and for an answer: whoever waits is told to come back, and nothing is let through meanwhile. */
const PATIENCE_MS = 2_000;

/** The Redis of REDIS_URL; its client is loaded only then. */
export async function openRedis({ redisUrl }: Config): Promise<Redis | undefined> {
  if (redisUrl === undefined) return undefined;
  const client = await import('ioredis');
  const times = { connectTimeout: PATIENCE_MS, commandTimeout: PATIENCE_MS };
  return new client.Redis(redisUrl, { ...times, enableOfflineQueue: false, maxRetriesPerRequest: 1 });
}

/** Where counters live: in PostgreSQL, or in Redis with REDIS_URL. Never in the process, of which there are several. */
export class LimiterStore implements OnModuleDestroy {
  private readonly logger = new Logger('RateLimits');
  private isAway = false;

  constructor(
    lifecycle: Lifecycle,
    private readonly dataSource: DataSource,
    private readonly redis: Redis | undefined,
  ) {
    if (!redis) return;
    this.watch(redis);
    lifecycle.watch('redis', () => redis.status !== 'ready');
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
  private watch(redis: Redis): void {
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
