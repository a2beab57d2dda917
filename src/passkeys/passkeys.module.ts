import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';
import { PasskeyBrowser } from './passkey-browser.service.js';
import { PasskeyChallenges } from './passkey-challenges.service.js';
import { PasskeyProofs } from './passkey-proofs.service.js';
import { PasskeyRegistrationService } from './passkey-registration.service.js';
import { PasskeysService } from './passkeys.service.js';
import { RelyingParty } from './relying-party.service.js';

/** Passkeys (Web Authentication): added, renamed, removed, and proof of who somebody is. */
@Module({
  imports: [AccountsModule, AuditModule, NotificationsModule],
  providers: [
    PasskeyBrowser,
    PasskeyChallenges,
    PasskeyProofs,
    PasskeyRegistrationService,
    PasskeysService,
    RelyingParty,
  ],
  exports: [PasskeyBrowser, PasskeyProofs, PasskeyRegistrationService, PasskeysService],
})
export class PasskeysModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add({ table: 'passkey_challenges', expired: 'expires_at < now()' });
  }
}
