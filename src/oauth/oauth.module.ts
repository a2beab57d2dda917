import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApplicationsModule } from '../applications/applications.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { PhonesModule } from '../phones/phones.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SecurityModule } from '../security/security.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AdapterFactory } from './adapter-factory.service.js';
import { ClaimsService } from './claims.service.js';
import { ConsentWithdrawalService } from './consent-withdrawal.service.js';
import { ConsentsService } from './consents.service.js';
import { GrantIssuer } from './grant-issuer.service.js';
import { GrantsService } from './grants.service.js';
import { InteractionConsentController } from './interactions/consent.controller.js';
import { InteractionPages } from './interactions/interaction-pages.service.js';
import { InteractionService } from './interactions/interaction.service.js';
import { InteractionsController } from './interactions/interactions.controller.js';
import { InteractionLevelController } from './interactions/level.controller.js';
import { InteractionSignInController } from './interactions/sign-in.controller.js';
import { InteractionSignUpController } from './interactions/sign-up.controller.js';
import { LogoutDeliveries } from './logout-deliveries.service.js';
import { OAuthClients } from './oauth-clients.service.js';
import { OidcRecords } from './oidc-records.service.js';
import { ProviderParts } from './provider-parts.service.js';
import { ProviderService } from './provider.service.js';
import { PresentedTokens } from './tokens/presented-tokens.service.js';

/** OAuth 2.0 and OpenID Connect: the provider and the pages of its interactions. */
@Module({
  imports: [
    AccountsModule,
    ApplicationsModule,
    AuditModule,
    AuthModule,
    KeysModule,
    PhonesModule,
    ProfilesModule,
    SecurityModule,
    SessionsModule,
  ],
  controllers: [
    InteractionsController,
    InteractionSignInController,
    InteractionSignUpController,
    InteractionConsentController,
    InteractionLevelController,
  ],
  providers: [
    AdapterFactory,
    ClaimsService,
    ConsentsService,
    ConsentWithdrawalService,
    GrantIssuer,
    GrantsService,
    InteractionPages,
    InteractionService,
    LogoutDeliveries,
    OAuthClients,
    OidcRecords,
    PresentedTokens,
    ProviderParts,
    ProviderService,
  ],
  exports: [ConsentsService, ConsentWithdrawalService, GrantsService],
})
export class OAuthModule {}
