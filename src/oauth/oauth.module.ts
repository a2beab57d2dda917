import { Module } from '@nestjs/common';
import { CredentialsService } from '../accounts/credentials.service.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApplicationsModule } from '../applications/applications.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { OutgoingRequests } from '../infra/http/outgoing-requests.js';
import { KeysModule } from '../keys/keys.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { PhonesModule } from '../phones/phones.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SecurityModule } from '../security/security.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { RestoreEndings } from '../infra/database/restore-endings.service.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';
import { AdapterFactory } from './adapter-factory.service.js';
import { ClientFailures } from './client-failures.service.js';
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
import { InteractionPasskeyController } from './interactions/passkey.controller.js';
import { InteractionSignInController } from './interactions/sign-in.controller.js';
import { InteractionSignUpController } from './interactions/sign-up.controller.js';
import { LogoutDeliveries } from './logout-deliveries.service.js';
import { OAuthClients } from './oauth-clients.service.js';
import { OidcRecords } from './oidc-records.service.js';
import { ProviderParts } from './provider-parts.service.js';
import { ProviderService } from './provider.service.js';
import { RefreshFamilies } from './refresh-families.service.js';
import { PageSessions } from './page-sessions/page-sessions.service.js';
import { SessionEndings } from './page-sessions/session-endings.service.js';
import { SessionRecords } from './page-sessions/session-records.service.js';
import { ClientRegistrations } from './registration/client-registrations.service.js';
import { PresentedTokens } from './tokens/presented-tokens.service.js';

/** OAuth 2.0 and OpenID Connect: the provider and the pages of its interactions. */
@Module({
  imports: [
    AccountsModule,
    ApplicationsModule,
    AuditModule,
    AuthModule,
    KeysModule,
    NotificationsModule,
    PasskeysModule,
    PhonesModule,
    ProfilesModule,
    SecurityModule,
    SessionsModule,
  ],
  controllers: [
    InteractionsController,
    InteractionSignInController,
    InteractionPasskeyController,
    InteractionSignUpController,
    InteractionConsentController,
    InteractionLevelController,
  ],
  providers: [
    AdapterFactory,
    ClaimsService,
    ClientFailures,
    ClientRegistrations,
    ConsentsService,
    ConsentWithdrawalService,
    GrantIssuer,
    GrantsService,
    InteractionPages,
    InteractionService,
    LogoutDeliveries,
    OAuthClients,
    OidcRecords,
    OutgoingRequests,
    PageSessions,
    PresentedTokens,
    ProviderParts,
    ProviderService,
    SessionEndings,
    SessionRecords,
    RefreshFamilies,
  ],
  exports: [ConsentsService, ConsentWithdrawalService, GrantsService, PageSessions, SessionEndings, SessionRecords],
})
export class OAuthModule {
  constructor(
    cleanUps: CleanUps,
    restoreEndings: RestoreEndings,
    credentials: CredentialsService,
    endings: SessionEndings,
  ) {
    credentials.onGuessed((principal) => endings.endGuessing(principal));
    cleanUps.add({ table: 'oidc_records', expired: 'expires_at < now()' });
    restoreEndings.add({ table: 'oidc_records' });
  }
}
