import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccountsModule } from './accounts/accounts.module.js';
import { AdminModule } from './admin/admin.module.js';
import { ConsoleModule } from './admin/console.module.js';
import { ApplicationsModule } from './applications/applications.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AccessGuard } from './auth/access.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { createValidationPipe } from './common/validation.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { ForwardAuthModule } from './forward-auth/forward-auth.module.js';
import { CryptoModule } from './infra/crypto/crypto.module.js';
import { DatabaseModule } from './infra/database/database.module.js';
import { BodyInterceptor } from './infra/http/body.interceptor.js';
import { MetricsModule } from './infra/metrics/metrics.module.js';
import { QueueModule } from './infra/queue/queue.module.js';
import { IdempotencyModule } from './infra/idempotency/idempotency.module.js';
import { RateLimitModule } from './infra/rate-limit/rate-limit.module.js';
import { TelemetryModule } from './infra/telemetry/telemetry.module.js';
import { KeysModule } from './keys/keys.module.js';
import { LabelsModule } from './labels/labels.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PageErrors } from './pages/page-errors.filter.js';
import { PagesModule } from './pages/pages.module.js';
import { PhonesModule } from './phones/phones.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { AccountPagesModule } from './portal/account.module.js';
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
        MetricsModule,
        CryptoModule,
        QueueModule,
        IdempotencyModule,
        RateLimitModule,
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
        ForwardAuthModule,
        PagesModule,
        OAuthModule,
        AdminModule,
        ConsoleModule,
        AccountPagesModule,
        PortalModule.of(config),
      ],
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: BodyInterceptor },
        { provide: APP_PIPE, useFactory: createValidationPipe },
        { provide: APP_FILTER, useClass: PageErrors },
      ],
    };
  }
}
