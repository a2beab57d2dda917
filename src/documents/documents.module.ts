import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { MalwareScanModule } from '../infra/malware-scan/malware-scan.module.js';
import { StorageModule } from '../infra/storage/storage.module.js';
import { DocumentImportService } from './document-import.service.js';
import { Document } from './document.entity.js';
import { DocumentFilesService } from './document-files.service.js';
import { DocumentProbes } from './document-probes.service.js';
import { DocumentReviewsService } from './document-reviews.service.js';
import { DocumentScanJobs } from './document-scan-jobs.service.js';
import { DocumentScansService } from './document-scans.service.js';
import { DocumentSubmissionService } from './document-submission.service.js';
import { DocumentVault } from './document-vault.service.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { ImageCleaner } from './image-cleaner.service.js';
import { NewDocuments } from './new-documents.service.js';
import { StoredFilesSweepService } from './stored-files-sweep.service.js';
import { UploadMemory } from './upload-memory.service.js';

/** Pictures of identity papers: handed in by owners, kept encrypted, looked at by reviewers. */
@Module({
  imports: [TypeOrmModule.forFeature([Document]), AuditModule, EventsModule, MalwareScanModule, StorageModule],
  controllers: [DocumentsController],
  providers: [
    DocumentFilesService,
    DocumentProbes,
    DocumentImportService,
    DocumentReviewsService,
    DocumentScanJobs,
    DocumentScansService,
    DocumentSubmissionService,
    DocumentVault,
    DocumentsService,
    ImageCleaner,
    NewDocuments,
    StoredFilesSweepService,
    UploadMemory,
  ],
  exports: [
    DocumentFilesService,
    DocumentImportService,
    DocumentReviewsService,
    DocumentSubmissionService,
    DocumentsService,
    UploadMemory,
  ],
})
export class DocumentsModule {}
