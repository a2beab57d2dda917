import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { MAX_DOCUMENTS, MAX_NUMBER_LENGTH, MAX_TOTAL_BYTES } from './document-limits.js';
import { DOCUMENT_TYPES, type DocumentType } from './document.entity.js';
import { DocumentErrors } from './documents.errors.js';
import { DocumentVault } from './document-vault.service.js';
import { type CleanImage, ImageCleaner, type Upload } from './image-cleaner.service.js';
import { type DocumentStatement, NewDocuments } from './new-documents.service.js';

/** A day is over when it is over everywhere on earth, which is 12 hours after UTC. */
const HAS_ROOM = `
  SELECT count(*) < $2 AND coalesce(sum(size_bytes), 0) < $3 AS has_room,
    $4::date < (now() AT TIME ZONE 'UTC' - interval '12 hours')::date AS has_passed
  FROM documents WHERE account_id = $1`;

/** An owner hands in a document. */
@Injectable()
export class DocumentSubmissionService {
  constructor(
    private readonly database: Database,
    private readonly images: ImageCleaner,
    private readonly vault: DocumentVault,
    private readonly documents: NewDocuments,
  ) {}

  /**
   * @throws AppError 400 about the parameters, 422 about the picture or when the account has too many documents,
   * 503 or 507 when it cannot be kept
   */
  async submit(
    principal: Principal,
    statement: DocumentStatement,
    upload: Upload | undefined,
    origin: RequestOrigin,
  ): Promise<void> {
    const image = await this.accept(principal.account.id, statement, upload);
    const id = randomUUID();
    const file = await this.vault.put(id, image.bytes);
    let mayBeKept = false;
    try {
      await this.database.transaction(async (tx) => {
        await this.documents.add(tx, principal.account, { id, statement, image, ...file }, origin);
        mayBeKept = true;
      });
    } catch (error) {
      // When the connection breaks in the middle of COMMIT nobody knows; the sweeper looks later (CONTROLS C-83).
      if (!mayBeKept) await this.vault.discard(file);
      throw error;
    }
  }

  /** Cheap refusals come before the picture is decoded. */
  private async accept(
    accountId: string,
    statement: DocumentStatement,
    upload: Upload | undefined,
  ): Promise<CleanImage> {
    const [allowance] = await this.database.query<{ has_room: boolean; has_passed: boolean }>(
      'document-allowance',
      HAS_ROOM,
      [accountId, MAX_DOCUMENTS, MAX_TOTAL_BYTES, statement.docExpire],
    );
    const sentences = [...problemsOf(statement), ...(allowance?.has_passed ? ['Doc expire has passed'] : [])];
    if (!upload || upload.bytes.length === 0) throw DocumentErrors.invalid([...sentences, `Upload can't be blank`]);
    if (sentences.length > 0) throw DocumentErrors.invalid(sentences);
    if (!allowance?.has_room) throw DocumentErrors.limitReached();
    return this.images.clean(upload);
  }
}

function problemsOf({ docType, docNumber }: DocumentStatement): string[] {
  const isTooLong = [...docNumber.trim()].length > MAX_NUMBER_LENGTH;
  return [
    ...(DOCUMENT_TYPES.includes(docType as DocumentType) ? [] : ['Doc type is not included in the list']),
    ...(isTooLong ? [`Doc number is too long (maximum is ${MAX_NUMBER_LENGTH} characters)`] : []),
  ];
}
