import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Cipher } from '../infra/crypto/cipher.service.js';
import { FileStore, newFileKey } from '../infra/storage/file-store.js';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where the bytes of a document are, and the key that opens them. */
export interface StoredFile {
  storageKey: string;
  dataKeyEncrypted: Buffer;
}

/**
 * Keeps the bytes and numbers of documents encrypted. Each file has a key of its own, which is kept sealed in its row:
 * the store alone shows nothing, and SECRET_KEY rotates without touching a file. A stored file is: nonce (12 bytes),
 * tag (16), bytes; AES-256-GCM, bound to the id of its document.
 */
@Injectable()
export class DocumentVault {
  private readonly logger = new Logger('Documents');

  constructor(
    private readonly cipher: Cipher,
    private readonly files: FileStore,
  ) {}

  /** @throws AppError 507 when there is no space, 503 when the store is away; then nothing was kept */
  async put(documentId: string, bytes: Buffer): Promise<StoredFile> {
    const dataKey = randomBytes(KEY_BYTES);
    const storageKey = newFileKey();
    await this.files.put(storageKey, encrypt(dataKey, documentId, bytes));
    return { storageKey, dataKeyEncrypted: this.cipher.seal(dataKey, `document-key:${documentId}`) };
  }

  /** @throws AppError 404 or 503 by the store, Error when the file was tampered with or belongs to another document */
  async get(documentId: string, file: StoredFile): Promise<Buffer> {
    const dataKey = this.cipher.open(file.dataKeyEncrypted, `document-key:${documentId}`);
    return decrypt(dataKey, documentId, await this.files.get(file.storageKey));
  }

  /** For a file that got no row. Never throws: what stays behind now is swept up later. */
  async discard({ storageKey }: StoredFile): Promise<void> {
    await this.files.remove(storageKey).catch(() => this.logger.warn({ msg: 'a file without a row stays behind' }));
  }

  sealNumber(documentId: string, docNumber: string): Buffer {
    return this.cipher.seal(docNumber, `document-number:${documentId}`);
  }

  openNumber(documentId: string, sealed: Buffer): string {
    return this.cipher.open(sealed, `document-number:${documentId}`).toString();
  }
}

function encrypt(key: Buffer, documentId: string, bytes: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(documentId));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function decrypt(key: Buffer, documentId: string, stored: Buffer): Buffer {
  const nonce = stored.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(documentId));
  decipher.setAuthTag(stored.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(stored.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
