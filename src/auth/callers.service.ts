import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Principal } from '../common/principal.js';
import { AuthErrors } from './auth.errors.js';
import { PageSessionReaders } from './page-sessions.service.js';
import { PrincipalsService } from './principals.service.js';
import { ProofsOfPossession } from './proofs-of-possession.service.js';
import type { TokenClaims } from './token-claims.js';

/** Who is calling, by what they brought: a token at the API, a cookie on pages; never one in the place of the other. */
@Injectable()
export class Callers {
  constructor(
    private readonly principals: PrincipalsService,
    private readonly proofs: ProofsOfPossession,
    private readonly pageSessions: PageSessionReaders,
  ) {}

  /** @throws AppError 401 when the token was revoked, its account may not act, or its holder cannot be proved */
  async byToken(request: Request, claims: TokenClaims): Promise<Principal> {
    await this.proofs.assert(request, claims);
    return this.principals.resolve(claims);
  }

  /** For pages that are open to everyone. */
  perhapsByCookie(request: Request, response: Response): Promise<Principal | undefined> {
    return this.pageSessions.find(request, response);
  }

  /** @throws AppError 401 when nobody is signed in */
  async byCookie(request: Request, response: Response): Promise<Principal> {
    const principal = await this.perhapsByCookie(request, response);
    if (!principal) throw AuthErrors.signInFirst();
    return principal;
  }
}
