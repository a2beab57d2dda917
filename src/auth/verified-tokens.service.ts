import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { KeysService } from '../keys/keys.service.js';
import type { TokenClaims } from './token-claims.js';

const REMEMBERED = 10_000;

/**
 * Tokens whose signature was found good, so that it is checked once and not on every request. Only what never
 * changes is remembered: never whether a token was revoked or what became of its account.
 */
@Injectable()
export class VerifiedTokens {
  private readonly claims = new LRUCache<string, TokenClaims>({ max: REMEMBERED });

  constructor(keys: KeysService) {
    keys.onChange(() => this.claims.clear());
  }

  /** The claims of a token that was verified before and has not expired since. */
  find(token: string): TokenClaims | undefined {
    const claims = this.claims.get(token);
    if (claims && claims.exp <= Date.now() / 1000) {
      this.claims.delete(token);
      return undefined;
    }
    return claims;
  }

  remember(token: string, claims: TokenClaims): void {
    this.claims.set(token, claims);
  }
}
