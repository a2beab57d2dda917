import { Injectable } from '@nestjs/common';
import { AppError } from '../common/app-error.js';
import { isCalendarDate } from '../common/calendar-date.js';
import { isStorable } from '../common/plain-data.js';
import {
  DocumentImportService,
  type ImportedDocument,
  type KeptDocument,
} from '../documents/document-import.service.js';
import { MAX_NUMBER_LENGTH } from '../documents/document-limits.js';
import { DOCUMENT_TYPES } from '../documents/document.entity.js';
import type { CleanImage } from '../documents/image-cleaner.service.js';
import { profileStateOf } from './belongings-mapping.js';
import type { ImportOptions } from './import-options.js';
import type { ImportReport } from './import-report.js';
import type { SourceDocument, SourcePerson, SourceProfile } from './source-rows.js';
import { isoTime, isoTimeOrEpoch } from './source-time.js';
import { readUpload } from './upload-files.js';

/** In a dry run nothing is stored. */
export type TransferredDocument = KeptDocument | 'dry run';

/** Brings pictures of documents over, one after the other. */
@Injectable()
export class DocumentTransfer {
  constructor(private readonly documents: DocumentImportService) {}

  /**
   * Puts the pictures of a person into the store; each is to get a row, or to be discarded.
   * @param kept gets them one by one, so that the caller knows of them whatever happens
   * @throws AppError when the store does not take them
   */
  async keep(
    person: SourcePerson,
    options: ImportOptions,
    report: ImportReport,
    kept: TransferredDocument[],
  ): Promise<void> {
    if (options.uploads === undefined) return;
    for (const document of person.documents) {
      const mapped = map(person, document);
      if (mapped === undefined) {
        report.find('document.invalid', person.account.uid);
        continue;
      }
      const image = await this.imageOf(options.uploads, document, person.account.uid, report);
      if (image === undefined) continue;
      kept.push(options.dryRun ? 'dry run' : await this.documents.keep(mapped, image));
      report.count('documents taken over');
    }
  }

  private async imageOf(
    uploads: string,
    document: SourceDocument,
    uid: string,
    report: ImportReport,
  ): Promise<CleanImage | undefined> {
    const bytes = await readUpload(uploads, String(document.id), document.upload ?? '');
    if (bytes === 'missing') return void report.find('document.file_missing', uid);
    if (bytes === 'refused') return void report.find('document.file_refused', uid);
    try {
      return await this.documents.clean(bytes);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Nobody else waits here, so it is the picture that takes too long, and would in every other run.
      if (error.code === 'server.busy') return void report.find('document.too_slow', uid);
      if (error.status >= 500) throw error;
      return void report.find('document.not_an_image', uid);
    }
  }
}

/**
 * Barong's reviewers judged the person, so what they said of the profile is said of its documents, as far as they can have
 * seen them: what came later waits for somebody who looks at it.
 */
function isApproved([profile]: SourceProfile[], { created_at: created }: SourceDocument): boolean {
  if (profile === undefined || profileStateOf(profile) !== 'approved') return false;
  const [sentAt, decidedAt] = [isoTime(created), isoTime(profile.updated_at)];
  return sentAt !== null && decidedAt !== null && Date.parse(sentAt) <= Date.parse(decidedAt);
}

function map({ account, profiles }: SourcePerson, document: SourceDocument): ImportedDocument | undefined {
  const { doc_number: number, doc_expire: expire } = document;
  const docType = DOCUMENT_TYPES.find((type) => type === document.doc_type);
  const docNumber = number?.trim() ?? '';
  const isNumber = docNumber !== '' && isStorable(docNumber) && [...docNumber].length <= MAX_NUMBER_LENGTH;
  if (docType === undefined || !isNumber || expire === null || !isCalendarDate(expire)) return undefined;
  const state = isApproved(profiles, document) ? 'approved' : 'pending';
  return {
    uid: account.uid,
    sourceId: String(document.id),
    ...{ docType, docNumber, docExpire: expire, state },
    createdAt: isoTimeOrEpoch(document.created_at),
    updatedAt: isoTimeOrEpoch(document.updated_at),
  };
}
