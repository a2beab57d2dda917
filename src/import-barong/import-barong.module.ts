import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApplicationsModule } from '../applications/applications.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { PhonesModule } from '../phones/phones.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SecurityModule } from '../security/security.module.js';
import { WebsitesModule } from '../websites/websites.module.js';
import { AccountBatches } from './account-batches.service.js';
import { AccountPreparation } from './account-preparation.service.js';
import { AccountWriter } from './account-writer.service.js';
import { BarongImport } from './barong-import.service.js';
import { ClientTransfer } from './client-transfer.service.js';
import { DocumentTransfer } from './document-transfer.service.js';

/** Taking over the data of a Barong 1.7; a command has it, the server has not. */
@Module({
  imports: [
    AccountsModule,
    ApplicationsModule,
    AuditModule,
    DocumentsModule,
    LabelsModule,
    PhonesModule,
    ProfilesModule,
    SecurityModule,
    WebsitesModule,
  ],
  providers: [AccountBatches, AccountPreparation, AccountWriter, BarongImport, ClientTransfer, DocumentTransfer],
})
export class ImportBarongModule {}
