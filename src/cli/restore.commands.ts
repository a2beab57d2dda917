import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { withLongWork } from '../infra/database/long-work.js';
import { RestoreEndings } from '../infra/database/restore-endings.service.js';
import { UndoneJobs } from '../infra/queue/undone-jobs.service.js';
import { SIGNING_ALGORITHMS } from '../keys/signing-key.entity.js';
import { SigningKeysService } from '../keys/signing-keys.service.js';
import { type BackupManifest, readManifest, RestoreError } from './backup-manifest.js';
import { print, withApp } from './context.js';
import { type RestoreCheck, restoreChecks, RestoreWarning } from './restore-checks.js';

const FINISHED = 'database.restored';

/** `restore finish`: what has to be done between deploy/backup/restore.sh and the first start of a server. */
export function restoreCommands(program: Command): void {
  program
    .command('restore')
    .description('a database that was restored from a backup')
    .command('finish <manifest>')
    .description(
      'check it, end all sessions and tokens, and keep what waited from being sent twice; then start servers',
    )
    .action((file: string, _options: object, command: Command) =>
      run(file).catch((error: unknown) => {
        if (error instanceof RestoreError) command.error(`error: ${error.message}`);
        throw error;
      }),
    );
}

async function run(file: string): Promise<void> {
  const manifest = readManifest(file);
  await withApp((app, config) =>
    withLongWork(config, async ({ manager }) => {
      if (!(await finish(app, manager, manifest))) process.exitCode = 1;
    }),
  );
}

/** Doing it twice changes nothing. @returns false when something is wrong; nothing was changed then */
async function finish(
  app: INestApplicationContext,
  manager: EntityManager,
  manifest: BackupManifest,
): Promise<boolean> {
  const servers = await app.get(UndoneJobs).countServers(manager);
  if (servers > 0) throw new RestoreError(`${servers} of the servers on this database run: end all of them first`);
  const finishedAt = await findFinished(manager, manifest);
  if (finishedAt) {
    print(`done before, at ${finishedAt.toISOString()}; nothing was changed`);
    return true;
  }
  if (!(await pass(restoreChecks(app, manager, manifest)))) return false;
  // Every token that was ever signed: also those of after the backup, of which this database knows nothing.
  for (const algorithm of SIGNING_ALGORITHMS) await app.get(SigningKeysService).replace(algorithm);
  await manager.transaction((tx) => endWhatWas(app, tx, manifest));
  return true;
}

async function findFinished(manager: EntityManager, { id }: BackupManifest): Promise<Date | undefined> {
  const [entry] = await manager.query<{ at: Date }[]>(
    'SELECT at FROM audit_entries WHERE target = $1 AND action = $2',
    [id, FINISHED],
  );
  return entry?.at;
}

/** @returns whether all of them passed */
async function pass(checks: RestoreCheck[]): Promise<boolean> {
  let isGood = true;
  for (const { name, run } of checks) {
    try {
      const found = await run();
      const [mark, text] = found instanceof RestoreWarning ? ['WARN', found.message] : ['ok', found];
      print(`${mark.padEnd(6)}${name.padEnd(16)}${text}`);
    } catch (error) {
      if (!(error instanceof RestoreError)) throw error;
      print(`FAIL  ${name.padEnd(16)}${error.message}`);
      isGood = false;
    }
  }
  return isGood;
}

async function endWhatWas(app: INestApplicationContext, tx: EntityManager, manifest: BackupManifest): Promise<void> {
  const ended = await app.get(RestoreEndings).run(tx);
  const jobs = await app.get(UndoneJobs).giveUp(tx);
  const details = { taken_at: manifest.takenAt, ended, jobs };
  await app.get(AuditService).record(tx, { action: FINISHED, actor: null, target: manifest.id, details });
  print('all sessions and tokens of before are over; the keys that sign new ones are new');
  const given = Object.entries(jobs);
  for (const [task, count] of given) print(`${count}\t${task}\tmay have been done: not done again`);
  if (given.length > 0) print('look at them with: outbox list; have them done all the same with: outbox retry');
}
