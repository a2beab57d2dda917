import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { finalize, type Observable } from 'rxjs';
import type { AuthenticatedRequest } from '../common/principal.js';
import { Database } from '../infra/database/database.service.js';

const GRAIN_MS = 60_000;
const REMEMBERED = 20_000;

/** Keeps `last seen` of sessions true to the minute without a write on every request. */
@Injectable()
export class SessionActivityInterceptor implements NestInterceptor {
  private readonly recent = new LRUCache<string, true>({ max: REMEMBERED, ttl: GRAIN_MS });

  constructor(private readonly database: Database) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (principal?.kind !== 'session' || this.recent.has(principal.sessionId)) return next.handle();
    this.recent.set(principal.sessionId, true);
    return next.handle().pipe(finalize(() => this.touch(principal.sessionId)));
  }

  /** Nobody waits for it, and nothing depends on it. */
  private touch(sessionId: string): void {
    this.database
      .query('touch-session', 'UPDATE sessions SET last_seen_at = now() WHERE id = $1', [sessionId])
      .catch(() => undefined);
  }
}
