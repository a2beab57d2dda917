import { AccountImportService } from '../../src/accounts/account-import.service.js';
import { ApplicationImportService } from '../../src/applications/application-import.service.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { DocumentImportService } from '../../src/documents/document-import.service.js';
import { AccountBatches } from '../../src/import-barong/account-batches.service.js';
import { AccountPreparation } from '../../src/import-barong/account-preparation.service.js';
import { AccountWriter } from '../../src/import-barong/account-writer.service.js';
import { BarongImport } from '../../src/import-barong/barong-import.service.js';
import { BarongSource } from '../../src/import-barong/barong-source.js';
import { ClientTransfer } from '../../src/import-barong/client-transfer.service.js';
import { DocumentTransfer } from '../../src/import-barong/document-transfer.service.js';
import type { ImportOptions } from '../../src/import-barong/import-options.js';
import { parseSourceUrl } from '../../src/import-barong/source-url.js';
import { Database } from '../../src/infra/database/database.service.js';
import { LabelImportService } from '../../src/labels/label-import.service.js';
import { PhoneImportService } from '../../src/phones/phone-import.service.js';
import { ProfileImportService } from '../../src/profiles/profile-import.service.js';
import { OtpImportService } from '../../src/security/otp-import.service.js';
import { WebsiteImportService } from '../../src/websites/website-import.service.js';
import type { TestApp } from '../support/app.js';

export const NOTHING_SAID: ImportOptions = {
  dryRun: false,
  uploads: undefined,
  leaveDocuments: true,
  devisePepper: undefined,
  otpSecrets: new Map(),
  lostOtp: 'staff',
  mostNamed: 20,
  firstParty: new Set(),
};

/** What the command does, with the services of a running server: a process for each run would take seconds. */
export async function runImport(
  { app }: TestApp,
  from: string,
  password?: string,
  options: Partial<ImportOptions> = {},
): Promise<string[]> {
  const accounts = app.get(AccountImportService, { strict: false });
  const documents = app.get(DocumentImportService, { strict: false });
  const get = { strict: false } as const;
  const writer = new AccountWriter(
    accounts,
    app.get(OtpImportService, get),
    app.get(LabelImportService, get),
    app.get(PhoneImportService, get),
    app.get(ProfileImportService, get),
  );
  const preparation = new AccountPreparation(accounts);
  const batches = new AccountBatches(accounts, preparation, writer, new DocumentTransfer(documents), documents);
  const clients = new ClientTransfer(app.get(ApplicationImportService, get), app.get(WebsiteImportService, get));
  const service = new BarongImport(app.get(Database, get), app.get(AuditService, get), batches, clients);
  const source = await BarongSource.open(parseSourceUrl(from, password));
  const lines: string[] = [];
  try {
    const report = await service.run(source, { ...NOTHING_SAID, ...options }, (done, total) => {
      lines.push(`accounts ${done} of ${total}`);
    });
    return [...lines, ...report.lines()];
  } finally {
    await source.close();
  }
}
