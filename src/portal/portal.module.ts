import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import type { Config } from '../config/config.js';
import { OutboxModule } from '../infra/outbox/outbox.module.js';
import { SecurityModule } from '../security/security.module.js';
import { ConfirmationController } from './confirmation.controller.js';
import { HomeController } from './home.controller.js';
import { OutboxController } from './outbox.controller.js';
import { PasswordResetPagesController } from './password-reset.controller.js';

/** Pages for people. */
@Module({})
export class PortalModule {
  static of(config: Config): DynamicModule {
    const pages = [HomeController, ConfirmationController, PasswordResetPagesController];
    return {
      module: PortalModule,
      imports: [AccountsModule, OutboxModule, SecurityModule],
      controllers: config.isProduction ? pages : [...pages, OutboxController],
    };
  }
}
