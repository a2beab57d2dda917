import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../infra/database/database.service.js';
import { AccountBatches, type Transaction } from './account-batches.service.js';
import type { BarongSource } from './barong-source.js';
import { ClientTransfer } from './client-transfer.service.js';
import { ImportError } from './import-error.js';
import type { ImportOptions } from './import-options.js';
import { ImportReport } from './import-report.js';
import type { SourcePerson } from './source-rows.js';
import { assertUploads } from './upload-files.js';

/** Accounts that are read at once. */
const MOST_PEOPLE = 500;
/** Pictures that wait in the store for their rows at once; the sweeper gives a file an hour. */
const MOST_DOCUMENTS = 100;

class DryRunOver extends Error {}

/**
 * Takes the data of a Barong 1.7 over. Accounts that are here already, by uid, are left alone with all that is theirs,
 * so that a run may break off and be started again, and nothing that somebody has changed here meanwhile is undone.
 */
@Injectable()
export class BarongImport {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly batches: AccountBatches,
    private readonly clients: ClientTransfer,
  ) {}

  /**
   * @param progress is called with how many accounts are done, of how many
   * @throws ImportError, before anything is written, when options don't fit what is there
   * @throws whatever keeps it from going on; what was done until then stays, but for a dry run
   */
  async run(
    source: BarongSource,
    options: ImportOptions,
    progress: (done: number, total: number) => void,
  ): Promise<ImportReport> {
    await assertDocumentsDecided(source, options);
    await this.clients.assertNamed(source, options);
    const report = new ImportReport(options.mostNamed);
    const work = (transaction: Transaction) => this.takeAll(source, options, report, transaction, progress);
    if (options.dryRun) {
      await this.undone(work);
      return report;
    }
    const from = source.label;
    await this.record('barong_import.started', { from });
    await work((each) => this.database.transaction(each));
    await this.record('barong_import.finished', { from, ...report.summary() });
    return report;
  }

  /** In one transaction, so that a later batch meets what an earlier one wrote, and with none of it kept. */
  private async undone(work: (transaction: Transaction) => Promise<void>): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
        await work((each) => tx.transaction(each));
        throw new DryRunOver();
      });
    } catch (error) {
      if (!(error instanceof DryRunOver)) throw error;
    }
  }

  private async takeAll(
    source: BarongSource,
    options: ImportOptions,
    report: ImportReport,
    transaction: Transaction,
    progress: (done: number, total: number) => void,
  ): Promise<void> {
    await transaction((tx) => this.clients.takeApplications(tx, source, options, report));
    await transaction((tx) => this.clients.takeWebsites(tx, source, report));
    const total = await source.count('accounts');
    const untold = new Set(options.otpSecrets.keys());
    let done = 0;
    for await (const people of everybody(source)) {
      for (const { account } of people) untold.delete(account.uid);
      for (const part of partsOf(people)) {
        await this.batches.take(part, options, report, transaction);
        done += part.length;
        progress(done, total);
      }
    }
    for (const uid of untold) report.find('otp.no_account', uid);
  }

  private async record(action: string, details: Record<string, unknown>): Promise<void> {
    await this.database.transaction((tx) => this.audit.record(tx, { action, actor: null, target: null, details }));
  }
}

/** An account is taken over once, so that what stays behind with it must stay behind on purpose. */
async function assertDocumentsDecided(source: BarongSource, { uploads, leaveDocuments }: ImportOptions): Promise<void> {
  if (leaveDocuments || (await source.count('documents')) === 0) return;
  if (uploads !== undefined) return assertUploads(uploads);
  throw new ImportError('There are documents: name their directory with --uploads, or leave them with --no-documents');
}

/**
 * Whoever proved an address goes first: there, two accounts could have what is one address here, and the other one must
 * not get it by being older.
 */
async function* everybody(source: BarongSource): AsyncGenerator<SourcePerson[]> {
  for (const isConfirmed of [true, false]) {
    let people = await source.peopleAfter('0', MOST_PEOPLE, isConfirmed);
    while (people.length > 0) {
      yield people;
      people = await source.peopleAfter(people.at(-1)?.account.id ?? '', MOST_PEOPLE, isConfirmed);
    }
  }
}

/** As many people at once as have so many documents, and one at least. */
function partsOf(people: SourcePerson[]): SourcePerson[][] {
  const parts: SourcePerson[][] = [];
  let room = 0;
  for (const person of people) {
    room -= person.documents.length;
    if (room < 0 || parts.length === 0) {
      parts.push([]);
      room = MOST_DOCUMENTS - person.documents.length;
    }
    parts.at(-1)?.push(person);
  }
  return parts;
}
