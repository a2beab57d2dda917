import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuthModule } from '../auth/auth.module.js';
import type { Config } from '../config/config.js';
import { OutboxModule } from '../infra/outbox/outbox.module.js';
import { OAuthModule } from '../oauth/oauth.module.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { SecurityModule } from '../security/security.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { Arrivals } from './arrivals.service.js';
import { ChallengeCookie } from './challenge-cookie.service.js';
import { ConfirmationController } from './confirmation.controller.js';
import { HomeController } from './home.controller.js';
import { OutboxController } from './outbox.controller.js';
import { PasswordResetPagesController } from './password-reset.controller.js';
import { PasskeySecondFactorController } from './passkey-second-factor.controller.js';
import { PasskeySignInController } from './passkey-sign-in.controller.js';
import { SignInController } from './sign-in.controller.js';
import { SignUpController } from './sign-up.controller.js';
import { UnlockController } from './unlock.controller.js';

/** Coming in: the front door, sign-up, sign-in, a forgotten password. */
@Module({})
export class PortalModule {
  static of(config: Config): DynamicModule {
    const pages = [
      HomeController,
      ConfirmationController,
      PasswordResetPagesController,
      SignInController,
      PasskeySignInController,
      PasskeySecondFactorController,
      SignUpController,
      UnlockController,
    ];
    return {
      module: PortalModule,
      imports: [AccountsModule, AuthModule, OAuthModule, OutboxModule, PasskeysModule, SecurityModule, SessionsModule],
      controllers: config.isProduction ? pages : [...pages, OutboxController],
      providers: [Arrivals, ChallengeCookie],
    };
  }
}
