import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccountsModule } from './accounts/accounts.module.js';
import { AdminModule } from './admin/admin.module.js';
import { ApplicationsModule } from './applications/applications.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AccessGuard } from './auth/access.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { ErrorFilter } from './common/error.filter.js';
import { createValidationPipe } from './common/validation.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { CryptoModule } from './infra/crypto/crypto.module.js';
import { DatabaseModule } from './infra/database/database.module.js';
import { translateDatabaseError } from './infra/database/database-errors.js';
import { translateUnknownRoute } from './infra/http/allowed-methods.js';
import { BodyInterceptor } from './infra/http/body.interceptor.js';
import { QueueModule } from './infra/queue/queue.module.js';
import { TelemetryModule } from './infra/telemetry/telemetry.module.js';
import { KeysModule } from './keys/keys.module.js';
import { LabelsModule } from './labels/labels.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PhonesModule } from './phones/phones.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { PortalModule } from './portal/portal.module.js';
import { ProfilesModule } from './profiles/profiles.module.js';
import { SecurityModule } from './security/security.module.js';
import { SessionsModule } from './sessions/sessions.module.js';

/** The list of modules, and the one guard, pipe and filter. */
@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        DatabaseModule.of(config),
        CryptoModule,
        QueueModule,
        TelemetryModule,
        KeysModule,
        ApplicationsModule,
        AuditModule,
        NotificationsModule,
        AccountsModule,
        AuthModule,
        SecurityModule,
        SessionsModule,
        LabelsModule,
        PhonesModule,
        ProfilesModule,
        DocumentsModule,
        OAuthModule,
        AdminModule,
        PortalModule.of(config),
      ],
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: BodyInterceptor },
        { provide: APP_PIPE, useFactory: createValidationPipe },
        { provide: APP_FILTER, useValue: new ErrorFilter([translateDatabaseError, translateUnknownRoute]) },
      ],
    };
  }
}
