import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { SecurityModule } from '../security/security.module.js';
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
import { SignInAttempts } from './sign-in-attempts.service.js';
import { SignInService } from './sign-in.service.js';

/** Sign-in, sessions, sign-out. */
@Module({
  imports: [TypeOrmModule.forFeature([Session]), AccountsModule, AuditModule, AuthModule, SecurityModule],
  controllers: [SessionsController, RenewalController],
  providers: [
    SignInService,
    InteractiveSignInService,
    PasswordProofs,
    SignInAttempts,
    SecondFactor,
    OtherSessionsService,
    SessionsService,
    SessionListService,
    { provide: APP_INTERCEPTOR, useClass: SessionActivityInterceptor },
  ],
  exports: [SignInService, InteractiveSignInService, SessionsService, SessionListService],
})
export class SessionsModule {}
