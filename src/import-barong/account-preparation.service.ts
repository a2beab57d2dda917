import { Injectable } from '@nestjs/common';
import { AccountImportService, type ImportedAccount } from '../accounts/account-import.service.js';
import type { ImportedLabel } from '../labels/label-import.service.js';
import type { ImportedPhone } from '../phones/phone-import.service.js';
import type { ImportedProfile } from '../profiles/profile-import.service.js';
import { mapAccount } from './account-mapping.js';
import { type Belonging, mapLabels, mapPhones, mapProfile } from './belongings-mapping.js';
import type { ImportOptions } from './import-options.js';
import type { ImportReport } from './import-report.js';
import type { SourcePerson } from './source-rows.js';

/** An account with its belongings, ready to be written. */
export interface PreparedPerson {
  account: ImportedAccount;
  /** Present when there is a second factor; its secret is undefined when nobody told it. */
  factor?: { secret: string | undefined };
  labels: Belonging<ImportedLabel>[];
  phones: Belonging<ImportedPhone>[];
  profile: Belonging<ImportedProfile> | undefined;
}

type Entry = Pick<PreparedPerson, 'factor'> & Pick<ImportedAccount, 'passwordHash'>;

/** Makes of rows of Barong what an account is here. */
@Injectable()
export class AccountPreparation {
  constructor(private readonly accounts: AccountImportService) {}

  /** @returns undefined, and reports why, when there can be no such account here */
  async prepare(
    person: SourcePerson,
    options: ImportOptions,
    report: ImportReport,
  ): Promise<PreparedPerson | undefined> {
    const account = mapAccount(person, report);
    if (account === undefined) return undefined;
    if (person.hasMore) report.find('account.too_much', account.uid);
    const { passwordHash, factor } = await this.entryOf(person, account.role === 'member', options, report);
    return {
      account: { ...account, passwordHash, otpEnabled: factor !== undefined },
      ...(factor && { factor }),
      labels: mapLabels(person, report),
      phones: mapPhones(person, report),
      profile: mapProfile(person, report),
    };
  }

  /**
   * The ways in. A second factor never falls away silently: with an unknown secret the account is closed, or the password
   * is void and whoever reads the mail sets another. The latter is never offered to staff.
   */
  private async entryOf(
    { account }: SourcePerson,
    isMember: boolean,
    options: ImportOptions,
    report: ImportReport,
  ): Promise<Entry> {
    const { encrypted_password: bcrypt, uid } = account;
    const { hash, isUsable } = await this.accounts.passwordHashOf(bcrypt, options.devisePepper);
    if (!isUsable) report.find('account.password_unusable', uid);
    if (!account.otp_enabled) return { passwordHash: hash };
    const secret = options.otpSecrets.get(uid);
    if (secret !== undefined) return { passwordHash: hash, factor: { secret } };
    if (options.lostOtp === 'mail' && isMember) {
      report.find('otp.by_mail', uid);
      return { passwordHash: await this.accounts.unusableHash() };
    }
    report.find('otp.closed', uid);
    return { passwordHash: hash, factor: { secret } };
  }
}
