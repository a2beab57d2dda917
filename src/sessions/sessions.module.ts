import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KNOWN_FOR } from '../accounts/known-networks.service.js';
import { CredentialsService } from '../accounts/credentials.service.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { EventsModule } from '../events/events.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { SecurityModule } from '../security/security.module.js';
import { RestoreEndings } from '../infra/database/restore-endings.service.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';
import { Admissions } from './admissions.service.js';
import { PasskeySignInService } from './passkey-sign-in.service.js';
import { RenewalController } from './renewal.controller.js';
import { OtherSessionsService } from './other-sessions.service.js';
import { InteractiveSignInService } from './interactive-sign-in.service.js';
import { PasswordProofs } from './password-proofs.service.js';
import { SecondFactor } from './second-factor.service.js';
import { SessionActivityInterceptor } from './session-activity.interceptor.js';
import { SessionListService } from './session-list.service.js';
import { Session } from './session.entity.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { FailedSignIns } from './failed-sign-ins.service.js';
import { SignInAttempts } from './sign-in-attempts.service.js';
import { SignInCounters } from './sign-in-counters.service.js';
import { SignInService } from './sign-in.service.js';
import { SignInUnlocks } from './sign-in-unlocks.service.js';
import { SignInWarnings } from './sign-in-warnings.service.js';

/** Sign-in, sessions, sign-out. */
@Module({
  imports: [
    TypeOrmModule.forFeature([Session]),
    AccountsModule,
    AuditModule,
    AuthModule,
    EventsModule,
    NotificationsModule,
    PasskeysModule,
    SecurityModule,
  ],
  controllers: [SessionsController, RenewalController],
  providers: [
    SignInService,
    InteractiveSignInService,
    PasskeySignInService,
    Admissions,
    PasswordProofs,
    FailedSignIns,
    SignInAttempts,
    SignInCounters,
    SignInUnlocks,
    SignInWarnings,
    SecondFactor,
    OtherSessionsService,
    SessionsService,
    SessionListService,
    { provide: APP_INTERCEPTOR, useClass: SessionActivityInterceptor },
  ],
  exports: [
    Admissions,
    SignInService,
    InteractiveSignInService,
    PasskeySignInService,
    OtherSessionsService,
    SessionsService,
    SessionListService,
    SignInCounters,
    SignInUnlocks,
  ],
})
export class SessionsModule {
  constructor(
    cleanUps: CleanUps,
    restoreEndings: RestoreEndings,
    credentials: CredentialsService,
    sessions: SessionsService,
  ) {
    credentials.onGuessed((principal) => sessions.endGuessing(principal));
    cleanUps.add(
      { table: 'sessions', expired: 'expires_at < now()' },
      { table: 'sign_in_challenges', expired: 'expires_at < now()' },
      { table: 'sign_in_unlocks', expired: 'expires_at < now()' },
      { table: 'sign_in_counters', expired: `counted_at < now() - interval '30 days'` },
      { table: 'known_networks', expired: `seen_at < now() - ${KNOWN_FOR}` },
    );
    restoreEndings.add(
      { table: 'sessions', where: 'ended_at IS NULL', set: 'ended_at = now()' },
      { table: 'sign_in_challenges' },
      { table: 'sign_in_unlocks' },
    );
  }
}
