import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountImportService } from '../accounts/account-import.service.js';
import { DocumentImportService } from '../documents/document-import.service.js';
import { ranTooLong, refusesData } from '../infra/database/database-errors.js';
import { subjectOf } from './account-mapping.js';
import { AccountPreparation, type PreparedPerson } from './account-preparation.service.js';
import { AccountWriter } from './account-writer.service.js';
import { DocumentTransfer, type TransferredDocument } from './document-transfer.service.js';
import type { ImportOptions } from './import-options.js';
import { ImportReport } from './import-report.js';
import type { SourcePerson } from './source-rows.js';

/** Runs work in one transaction. */
export type Transaction = <T>(work: (tx: EntityManager) => Promise<T>) => Promise<T>;

interface Ready extends PreparedPerson {
  documents: TransferredDocument[];
  /** What was found about this one. */
  report: ImportReport;
}

/** Takes over some accounts with all that is theirs, wholly or not at all: a later run finds no half of one. */
@Injectable()
export class AccountBatches {
  constructor(
    private readonly accounts: AccountImportService,
    private readonly preparation: AccountPreparation,
    private readonly writer: AccountWriter,
    private readonly transfer: DocumentTransfer,
    private readonly documents: DocumentImportService,
  ) {}

  /** @throws whatever keeps the import from going on; what is wrong with single accounts is reported */
  async take(
    people: SourcePerson[],
    options: ImportOptions,
    report: ImportReport,
    transaction: Transaction,
  ): Promise<void> {
    const trial = new ImportReport(options.mostNamed);
    try {
      await this.attempt(people, options, trial, transaction);
    } catch (error) {
      if (!refusesData(error) && !ranTooLong(error)) throw error;
      // One of them is something that no check of ours foresaw, or brings more than fits into the time of a statement: the others must not suffer for it.
      await this.split(people, options, report, transaction);
      return;
    }
    report.merge(trial);
  }

  private async split(
    people: SourcePerson[],
    options: ImportOptions,
    report: ImportReport,
    transaction: Transaction,
  ): Promise<void> {
    const [only, second] = people;
    if (only && !second) return report.find('account.not_storable', subjectOf(only.account));
    const middle = Math.ceil(people.length / 2);
    await this.take(people.slice(0, middle), options, report, transaction);
    await this.take(people.slice(middle), options, report, transaction);
  }

  private async attempt(
    people: SourcePerson[],
    options: ImportOptions,
    report: ImportReport,
    transaction: Transaction,
  ): Promise<void> {
    const known = await this.accounts.knownAmong(people.map(({ account }) => account.uid));
    report.count('accounts left alone, known here', known.size);
    const ready: Ready[] = [];
    let mayBeKept = false;
    try {
      for (const person of people.filter(({ account }) => !known.has(account.uid))) {
        await this.prepare(person, options, report, ready);
      }
      const written = await transaction(async (tx) => {
        const ids = await this.write(tx, ready, report);
        mayBeKept = true;
        return ids;
      });
      await this.settle(ready, written, report);
    } catch (error) {
      // When the connection breaks in the middle of COMMIT nobody knows; the sweeper looks later (CONTROLS C-83).
      if (!mayBeKept) await this.discard(ready);
      throw error;
    }
  }

  private async prepare(
    person: SourcePerson,
    options: ImportOptions,
    report: ImportReport,
    ready: Ready[],
  ): Promise<void> {
    const own = new ImportReport(options.mostNamed);
    const prepared = await this.preparation.prepare(person, options, own);
    if (prepared === undefined) return report.merge(own);
    const one: Ready = { ...prepared, documents: [], report: own };
    ready.push(one);
    await this.transfer.keep(person, options, own, one.documents);
  }

  private async write(tx: EntityManager, ready: Ready[], report: ImportReport): Promise<Map<string, string>> {
    const ids = await this.writer.write(tx, ready, report);
    const documents = ready.flatMap(({ account, documents: own }) => {
      const accountId = ids.get(account.uid);
      return accountId === undefined ? [] : keptOf(own).map((document) => ({ ...document, accountId }));
    });
    await this.documents.add(tx, documents);
    return ids;
  }

  /** What was found about somebody who was not taken over does not matter, and nor do their pictures. */
  private async settle(ready: Ready[], written: Map<string, string>, report: ImportReport): Promise<void> {
    const [taken, left] = [true, false].map((is) => ready.filter(({ account }) => written.has(account.uid) === is));
    for (const { report: own } of taken ?? []) report.merge(own);
    await this.discard(left ?? []);
  }

  private async discard(ready: Ready[]): Promise<void> {
    await this.documents.discard(ready.flatMap(({ documents }) => keptOf(documents)));
  }
}

const keptOf = (documents: TransferredDocument[]) => documents.filter((document) => document !== 'dry run');
