import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { originOf } from '../common/request-origin.js';
import { networkOf } from '../infra/rate-limit/network.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { clientIdOf } from './client-id.js';

/** Where an application says who it is (RFC 6749, section 2.3). */
const ENDPOINTS = ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/par', '/oauth/device/authorization'];
const LIMIT: Limit = { name: 'client-secret', points: 10, seconds: 600 };
const REMEMBERED = 10_000;

/**
 * Wrong secrets of an application from one network (CONTROLS C-42). The counters are shared by all replicas; those that
 * have had no failure here for a while are not asked about, so that good clients cost nothing.
 */
@Injectable()
export class ClientFailures {
  private readonly suspects = new LRUCache<string, true>({ max: REMEMBERED, ttl: LIMIT.seconds * 1000 });

  constructor(private readonly limits: RateLimits) {}

  /** @throws AppError 429 after too many wrong secrets */
  async assertFew(request: Request): Promise<void> {
    const key = keyOf(request);
    if (key !== undefined && this.suspects.has(key)) await this.limits.assertFree(LIMIT, key);
  }

  /** Counts what was answered 401. @throws AppError 503 when the counters are away */
  async count(request: Request, status: number): Promise<void> {
    const key = status === 401 ? keyOf(request) : undefined;
    if (key === undefined) return;
    this.suspects.set(key, true);
    // Whoever is over the limit hears so at the next try; this one was answered already.
    await this.limits.take(LIMIT, key).catch(() => undefined);
  }
}

function keyOf(request: Request): string | undefined {
  if (!ENDPOINTS.includes(request.path)) return undefined;
  return `${networkOf(originOf(request).ip)} ${clientIdOf(request) ?? ''}`;
}
