import type { INestApplicationContext } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditVerificationService } from '../audit/audit-verification.service.js';
import { DocumentProbes } from '../documents/document-probes.service.js';
import { SealError } from '../infra/crypto/cipher.service.js';
import { SchemaService } from '../infra/database/schema.service.js';
import { OtpSecrets } from '../security/otp-secrets.service.js';
import { type BackupManifest, RestoreError } from './backup-manifest.js';

/** Of secrets and of documents: enough to see whether the key and the files are theirs. */
const SAMPLE = 50;

/** Something to look at that keeps nobody from going on. */
export class RestoreWarning {
  constructor(readonly message: string) {}
}

/** What has to hold before a restored database is put to use; each tells what it found, or throws RestoreError. */
export interface RestoreCheck {
  name: string;
  run: () => Promise<string | RestoreWarning>;
}

/** Of this program, not of the backup: what `migrate` writes, and what `restore finish` has made anew if it broke off. */
const NOT_COMPARED = /\.migrations$|^public\.(audit_retention|signing_keys)$/;
/** What is done meanwhile, also by ourselves, is added to it. */
const GROWS = 'public.audit_entries';

/** @param tx on a connection whose statements may take long */
export function restoreChecks(
  app: INestApplicationContext,
  tx: EntityManager,
  manifest: BackupManifest,
): RestoreCheck[] {
  return [
    { name: 'schema', run: () => schema(app.get(SchemaService)) },
    { name: 'rows', run: () => rows(tx, manifest) },
    { name: 'foreign keys', run: () => foreignKeys(tx, manifest) },
    { name: 'secrets', run: () => withTheirKey(() => secrets(tx, app.get(OtpSecrets))) },
    { name: 'documents', run: () => withTheirKey(() => documents(tx, app.get(DocumentProbes))) },
    { name: 'audit log', run: () => auditLog(app.get(AuditVerificationService)) },
  ];
}

async function schema(service: SchemaService): Promise<string> {
  if (await service.isCurrent()) return 'current';
  throw new RestoreError('the database is older than this program; run: npm run cli -- migrate');
}

async function rows(tx: EntityManager, { rows: expected }: BackupManifest): Promise<string> {
  const differences: string[] = [];
  let all = 0;
  for (const [table, count] of expected) {
    if (NOT_COMPARED.test(table)) continue;
    const name = table
      .split('.')
      .map((part) => `"${part.replaceAll('"', '""')}"`)
      .join('.');
    const [found] = await tx.query<{ count: string }[]>(`SELECT count(*) AS count FROM ${name}`);
    const more = Number(found?.count) - count;
    if (more < 0 || (more > 0 && table !== GROWS)) differences.push(`${table} has ${found?.count} instead of ${count}`);
    all += count;
  }
  if (differences.length > 0) throw new RestoreError(differences.join('; '));
  return `${all} in ${expected.size} tables, as in the backup`;
}

/** PostgreSQL checked each one against all rows when it was made anew. */
async function foreignKeys(tx: EntityManager, { foreignKeys: expected }: BackupManifest): Promise<string> {
  const [found] = await tx.query<{ count: number; open: number }[]>(
    `SELECT count(*)::int AS count, (count(*) FILTER (WHERE NOT convalidated))::int AS open
     FROM pg_constraint WHERE contype = 'f'`,
  );
  const { count = 0, open = 0 } = found ?? {};
  if (count < expected || open > 0) throw new RestoreError(`${count} of ${expected}, ${open} of them not validated`);
  return `${count}, all of them valid`;
}

async function secrets(tx: EntityManager, otpSecrets: OtpSecrets): Promise<string> {
  return `${await otpSecrets.openNewest(tx, SAMPLE)} of authenticator apps opened`;
}

/** Some may have been deleted while the backup was taken; when none opens, it is the wrong place to look at. */
async function documents(tx: EntityManager, probes: DocumentProbes): Promise<string | RestoreWarning> {
  const { opened, lost, damaged } = await probes.openNewest(tx, SAMPLE);
  const problems = [
    ...(lost.length > 0 ? [`${lost.length} have no file: ${lost.join(', ')}`] : []),
    ...(damaged.length > 0 ? [`${damaged.length} are damaged: ${damaged.join(', ')}`] : []),
  ];
  if (problems.length === 0) return `${opened} opened`;
  const message = `${opened} opened; ${problems.join('; ')}`;
  if (opened === 0) throw new RestoreError(message);
  return new RestoreWarning(message);
}

async function withTheirKey<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SealError)
      throw new RestoreError(`SECRET_KEY is not the one of this backup: ${error.message}`);
    throw error;
  }
}

async function auditLog(service: AuditVerificationService): Promise<string> {
  const { sealed, unsealed, broken } = await service.verify();
  const [first] = broken;
  if (first) throw new RestoreError(`entry ${first.id} is ${first.what}; see: npm run cli -- audit verify`);
  return `whole: ${sealed} entries sealed, ${unsealed} not yet`;
}
