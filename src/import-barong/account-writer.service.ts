import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountImportService } from '../accounts/account-import.service.js';
import { LabelImportService } from '../labels/label-import.service.js';
import { PhoneImportService } from '../phones/phone-import.service.js';
import { ProfileImportService } from '../profiles/profile-import.service.js';
import { OtpImportService } from '../security/otp-import.service.js';
import type { PreparedPerson } from './account-preparation.service.js';
import type { ImportReport } from './import-report.js';

/** Writes many accounts with their belongings, a statement a table. */
@Injectable()
export class AccountWriter {
  constructor(
    private readonly accounts: AccountImportService,
    private readonly otp: OtpImportService,
    private readonly labels: LabelImportService,
    private readonly phones: PhoneImportService,
    private readonly profiles: ProfileImportService,
  ) {}

  /** @returns ids by uid; an account whose address is taken is reported, and nothing of it is written */
  async write(tx: EntityManager, people: PreparedPerson[], report: ImportReport): Promise<Map<string, string>> {
    const ids = await this.accounts.add(
      tx,
      people.map(({ account }) => account),
    );
    report.count('accounts taken over', ids.size);
    const written = people.flatMap((person) => {
      const accountId = ids.get(person.account.uid);
      if (accountId === undefined) report.find('account.email_taken', person.account.uid);
      return accountId === undefined ? [] : [{ ...person, accountId }];
    });
    const factors = written.flatMap(({ accountId, factor }) => (factor ? [{ accountId, ...factor }] : []));
    const labels = written.flatMap((person) =>
      person.labels.map((label) => ({ ...label, accountId: person.accountId })),
    );
    const profiles = written.flatMap(({ accountId, profile }) => (profile ? [{ ...profile, accountId }] : []));
    await this.otp.add(tx, factors);
    await this.labels.add(tx, labels);
    await this.profiles.add(tx, profiles);
    await this.writePhones(tx, written, report);
    report.count('second factors taken over', factors.filter(({ secret }) => secret !== undefined).length);
    report.count('labels taken over', labels.length);
    report.count('profiles taken over', profiles.length);
    return ids;
  }

  private async writePhones(
    tx: EntityManager,
    written: (PreparedPerson & { accountId: string })[],
    report: ImportReport,
  ): Promise<void> {
    const phones = written.flatMap(({ accountId, phones: own }) => own.map((phone) => ({ ...phone, accountId })));
    const refused = await this.phones.add(tx, phones);
    const uids = new Map(written.map(({ accountId, account }) => [accountId, account.uid]));
    for (const { accountId } of refused) report.find('phone.taken', uids.get(accountId) ?? '');
    report.count('phones taken over', phones.length - refused.length);
  }
}
