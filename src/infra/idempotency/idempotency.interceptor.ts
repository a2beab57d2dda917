import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { lastValueFrom, type Observable, of } from 'rxjs';
import type { AuthenticatedRequest } from '../../common/principal.js';
import { RequestErrors } from '../../common/request-errors.js';
import { Fingerprints } from '../crypto/fingerprints.service.js';
import { Database } from '../database/database.service.js';
import { IdempotencyErrors } from './idempotency.errors.js';
import { IdempotencyKeys, type KeyedRequest, KeyIsTaken } from './idempotency-keys.service.js';

/** Visible characters, as of a UUID; with or without the quotes of a structured field (RFC 9651). */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * A request that brings an `Idempotency-Key` is done once: its effect and what is answered are kept in one transaction,
 * and whoever asks again with the key is answered alike (CONTROLS C-83). Refusals are not kept.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly database: Database,
    private readonly fingerprints: Fingerprints,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const keyed = this.read(http.getRequest<AuthenticatedRequest>());
    if (!keyed) return next.handle();
    const answerAgain = async (): Promise<Observable<unknown> | undefined> => {
      const kept = await this.keys.find(keyed);
      if (!kept) return undefined;
      http.getResponse<Response>().setHeader('Idempotency-Replayed', 'true');
      return of(kept.answer);
    };
    return (await answerAgain()) ?? this.doOnce(keyed, next, answerAgain);
  }

  private async doOnce(
    keyed: KeyedRequest,
    next: CallHandler,
    answerAgain: () => Promise<Observable<unknown> | undefined>,
  ): Promise<Observable<unknown>> {
    try {
      const answer = await this.database.jointly<unknown>({
        begin: (tx) => this.keys.take(tx, keyed),
        work: () => lastValueFrom(next.handle(), { defaultValue: null }),
        end: (tx, result) => this.keys.keep(tx, keyed, result),
        undo: (tx) => this.keys.giveBack(tx, keyed),
      });
      return of(answer);
    } catch (error) {
      // It may have been refused because the same request was done meanwhile: its code is used up, its number verified.
      const again = await answerAgain().catch((other: unknown) => {
        throw error instanceof KeyIsTaken ? other : error;
      });
      if (again) return again;
      // The key ran out just then.
      throw error instanceof KeyIsTaken ? RequestErrors.unavailable() : error;
    }
  }

  /** Of each application its own: none hears what another was answered. */
  private read(request: AuthenticatedRequest): KeyedRequest | undefined {
    const key = request.headers['idempotency-key'];
    if (key === undefined || !request.principal) return undefined;
    if (typeof key !== 'string' || !KEY.test(key)) throw IdempotencyErrors.invalidKey();
    const { account, clientId } = request.principal;
    return {
      accountId: account.id,
      key: createHash('sha256').update(`${clientId} ${key}`).digest(),
      request: this.fingerprints.of(contentOf(request)),
    };
  }
}

function contentOf({ method, originalUrl, body, file }: Request): string {
  const digest = file && createHash('sha256').update(file.buffer).digest('hex');
  return JSON.stringify([method, originalUrl, body ?? null, digest ?? null]);
}
