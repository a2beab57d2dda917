import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApplicationsModule } from '../applications/applications.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';
import { BearerStrategy } from './bearer.strategy.js';
import { Callers } from './callers.service.js';
import { DeclaredAccess } from './declared-access.service.js';
import { AccessTokens } from './access-tokens.service.js';
import { PageSessionReaders } from './page-sessions.service.js';
import { PrincipalsService } from './principals.service.js';
import { ProofsOfPossession } from './proofs-of-possession.service.js';
import { RevocationsService } from './revocations.service.js';
import { TokenIssuer } from './token-issuer.service.js';
import { VerifiedTokens } from './verified-tokens.service.js';

/** Who is calling: tokens issued, checked and revoked. */
@Module({
  imports: [AccountsModule, ApplicationsModule, KeysModule, DiscoveryModule],
  providers: [
    AccessTokens,
    ProofsOfPossession,
    TokenIssuer,
    BearerStrategy,
    Callers,
    PageSessionReaders,
    VerifiedTokens,
    PrincipalsService,
    RevocationsService,
    DeclaredAccess,
  ],
  exports: [
    AccessTokens,
    Callers,
    PageSessionReaders,
    ProofsOfPossession,
    TokenIssuer,
    VerifiedTokens,
    PrincipalsService,
    RevocationsService,
  ],
})
export class AuthModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add({ table: 'revocations', expired: 'expires_at < now()' });
  }
}
