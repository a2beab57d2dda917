import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DocumentScanJobs } from './document-scan-jobs.service.js';
import type { DocumentState, DocumentType } from './document.entity.js';
import { DocumentVault, type StoredFile } from './document-vault.service.js';
import { type CleanImage, ImageCleaner } from './image-cleaner.service.js';

/** A document of another server. Times are ISO 8601. */
export interface ImportedDocument {
  /** Whose it is, and the row it has there: the document has one id here, however often it is imported. */
  uid: string;
  sourceId: string;
  docType: DocumentType;
  docNumber: string;
  /** `yyyy-mm-dd`. */
  docExpire: string;
  state: DocumentState;
  createdAt: string;
  updatedAt: string;
}

/** One whose picture lies in the store already, and which has no row yet. */
export interface KeptDocument extends ImportedDocument, StoredFile {
  id: string;
  image: Omit<CleanImage, 'bytes'> & { size: number };
}

const PNG_SIGNATURE = 0x89;

/** Documents that come with accounts of another server. Their pictures pass through what every upload passes through. */
@Injectable()
export class DocumentImportService {
  constructor(
    private readonly images: ImageCleaner,
    private readonly vault: DocumentVault,
    private readonly scans: DocumentScanJobs,
  ) {}

  /** The content decides what a picture is: the other server took any name. @throws AppError 422 when it is none; 503 */
  clean(bytes: Buffer): Promise<CleanImage> {
    const filename = bytes[0] === PNG_SIGNATURE ? 'upload.png' : 'upload.jpg';
    return this.images.clean({ filename, declaredType: 'application/octet-stream', bytes });
  }

  /** Puts the picture into the store, to be followed by `add` or `discard`. @throws AppError 507 or 503 */
  async keep(document: ImportedDocument, { contentType, bytes }: CleanImage): Promise<KeptDocument> {
    const id = idOf(document);
    const file = await this.vault.put(id, bytes);
    return { ...document, ...file, id, image: { contentType, size: bytes.length } };
  }

  /** For pictures that got no row. Never throws. */
  async discard(documents: StoredFile[]): Promise<void> {
    for (const document of documents) await this.vault.discard(document);
  }

  /** An owner's limits are for what they send, so they don't count here. */
  async add(tx: EntityManager, documents: (KeptDocument & { accountId: string })[]): Promise<void> {
    const rows = documents.map(({ docNumber, dataKeyEncrypted, image, ...rest }) => ({
      ...rest,
      docNumberEncrypted: hex(this.vault.sealNumber(rest.id, docNumber)),
      dataKeyEncrypted: hex(dataKeyEncrypted),
      contentType: image.contentType,
      sizeBytes: image.size,
    }));
    await tx.query(
      `INSERT INTO documents (id, account_id, doc_type, doc_number_encrypted, doc_expire, storage_key,
         data_key_encrypted, content_type, size_bytes, scan_state, state, created_at, updated_at)
       SELECT id, "accountId", "docType", "docNumberEncrypted", "docExpire", "storageKey",
         "dataKeyEncrypted", "contentType", "sizeBytes", $2, state, "createdAt", "updatedAt"
       FROM json_to_recordset($1) AS given(id uuid, "accountId" bigint, "docType" text, "docNumberEncrypted" bytea,
         "docExpire" date, "storageKey" text, "dataKeyEncrypted" bytea, "contentType" text, "sizeBytes" integer,
         state text, "createdAt" timestamptz, "updatedAt" timestamptz)`,
      [JSON.stringify(rows), this.scans.initialState],
    );
    for (const { id } of documents) await this.scans.schedule(tx, id);
  }
}

/** As PostgreSQL reads bytea from text. */
const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

/** A UUID of version 8 (RFC 9562, section 5.8). */
function idOf({ uid, sourceId }: ImportedDocument): string {
  const digest = createHash('sha256').update(`barong:${uid}:${sourceId}`).digest();
  digest[6] = 0x80 | ((digest[6] ?? 0) & 0x0f);
  digest[8] = 0x80 | ((digest[8] ?? 0) & 0x3f);
  const text = digest.toString('hex');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20, 32)].join('-');
}
