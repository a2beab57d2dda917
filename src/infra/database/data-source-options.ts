import { Logger } from '@nestjs/common';
import type { PoolConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { Config } from '../../config/config.js';
import { CreateAccounts1790000000000 } from '../../../migrations/1790000000000-create-accounts.js';
import { CreateApplications1790000001000 } from '../../../migrations/1790000001000-create-applications.js';
import { CreateSessions1790000002000 } from '../../../migrations/1790000002000-create-sessions.js';
import { CreateSigningKeys1790000003000 } from '../../../migrations/1790000003000-create-signing-keys.js';
import { CreateAuditEntries1790000004000 } from '../../../migrations/1790000004000-create-audit-entries.js';
import { CreateOutboxMessages1790000005000 } from '../../../migrations/1790000005000-create-outbox-messages.js';
import { AddLevelFacts1790000006000 } from '../../../migrations/1790000006000-add-level-facts.js';
import { CreateLabels1790000007000 } from '../../../migrations/1790000007000-create-labels.js';
import { CreateProfiles1790000008000 } from '../../../migrations/1790000008000-create-profiles.js';
import { CreatePhones1790000009000 } from '../../../migrations/1790000009000-create-phones.js';
import { CreateDocuments1790000010000 } from '../../../migrations/1790000010000-create-documents.js';
import { CreateSecondFactors1790000011000 } from '../../../migrations/1790000011000-create-second-factors.js';
import { CreateWebsites1790000012000 } from '../../../migrations/1790000012000-create-websites.js';
import { CreateAuditSeals1790000013000 } from '../../../migrations/1790000013000-create-audit-seals.js';
import { AddAccountSearch1790000014000 } from '../../../migrations/1790000014000-add-account-search.js';
import { AddPreviousSecrets1790000015000 } from '../../../migrations/1790000015000-add-previous-secrets.js';
import { CreateOidcRecords1790000020000 } from '../../../migrations/1790000020000-create-oidc-records.js';
import { AddPageSessions1790000021000 } from '../../../migrations/1790000021000-add-page-sessions.js';
import { CreateEmailChanges1790000023000 } from '../../../migrations/1790000023000-create-email-changes.js';
import { CreatePasskeys1790000022000 } from '../../../migrations/1790000022000-create-passkeys.js';
import { CreateReviewClaims1790000024000 } from '../../../migrations/1790000024000-create-review-claims.js';
import { CreateRateLimits1790000025000 } from '../../../migrations/1790000025000-create-rate-limits.js';
import { CreateSignInCounters1790000026000 } from '../../../migrations/1790000026000-create-sign-in-counters.js';
import { CreateWebhooks1790000028000 } from '../../../migrations/1790000028000-create-webhooks.js';
import { CreateProxySightings1790000030000 } from '../../../migrations/1790000030000-create-proxy-sightings.js';
import { AddAuditCheckpoints1790000032000 } from '../../../migrations/1790000032000-add-audit-checkpoints.js';
import { CreateIdempotencyKeys1790000034000 } from '../../../migrations/1790000034000-create-idempotency-keys.js';
import { AddDeletionMarks1790000036000 } from '../../../migrations/1790000036000-add-deletion-marks.js';
import { AddDeliveryIndexes1790000038000 } from '../../../migrations/1790000038000-add-delivery-indexes.js';
import { poolConfig } from './connection.js';
import { SnakeNamingStrategy } from './naming.strategy.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [
  CreateAccounts1790000000000,
  CreateApplications1790000001000,
  CreateSessions1790000002000,
  CreateSigningKeys1790000003000,
  CreateAuditEntries1790000004000,
  CreateOutboxMessages1790000005000,
  AddLevelFacts1790000006000,
  CreateLabels1790000007000,
  CreateProfiles1790000008000,
  CreatePhones1790000009000,
  CreateDocuments1790000010000,
  CreateSecondFactors1790000011000,
  CreateWebsites1790000012000,
  CreateAuditSeals1790000013000,
  AddAccountSearch1790000014000,
  AddPreviousSecrets1790000015000,
  CreateOidcRecords1790000020000,
  AddPageSessions1790000021000,
  CreatePasskeys1790000022000,
  CreateEmailChanges1790000023000,
  CreateReviewClaims1790000024000,
  CreateRateLimits1790000025000,
  CreateSignInCounters1790000026000,
  CreateWebhooks1790000028000,
  CreateProxySightings1790000030000,
  AddAuditCheckpoints1790000032000,
  CreateIdempotencyKeys1790000034000,
  AddDeletionMarks1790000036000,
  AddDeliveryIndexes1790000038000,
];

/**
 * What TypeORM is told about the database; entities are registered by the feature modules.
 * @param settings of its connections; those of request work unless given
 */
export function dataSourceOptions(config: Config, settings: PoolConfig = poolConfig(config)): DataSourceOptions {
  const { connectionString, ...pool } = settings;
  const logger = new Logger('Database');
  return {
    type: 'postgres',
    ...(connectionString ? { url: connectionString } : {}),
    extra: pool,
    namingStrategy: new SnakeNamingStrategy(),
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    // An idle connection that breaks would otherwise end the process (CONTROLS C-82).
    poolErrorHandler: (error: Error) => logger.warn({ msg: 'idle database connection lost', error: error.message }),
  };
}
