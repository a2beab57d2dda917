import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppError } from '../common/app-error.js';
import { SealError } from '../infra/crypto/cipher.service.js';
import { DocumentVault, type StoredFile } from './document-vault.service.js';

interface FileRow {
  id: string;
  storage_key: string;
  data_key_encrypted: Buffer;
}

/** Ids of those that do not open are in `lost` when their file is not in the store, else in `damaged`. */
export interface Probed {
  opened: number;
  lost: string[];
  damaged: string[];
}

/** Looks whether stored documents can be opened, without showing them to anybody. */
@Injectable()
export class DocumentProbes {
  constructor(private readonly vault: DocumentVault) {}

  /**
   * Opens the newest documents.
   * @throws SealError when SECRET_KEY is not theirs, AppError 503 when the store is away
   */
  async openNewest(tx: EntityManager, most: number): Promise<Probed> {
    const rows = await tx.query<FileRow[]>(
      'SELECT id, storage_key, data_key_encrypted FROM documents ORDER BY created_at DESC LIMIT $1',
      [most],
    );
    const found: Probed = { opened: 0, lost: [], damaged: [] };
    for (const { id, storage_key: storageKey, data_key_encrypted: dataKeyEncrypted } of rows) {
      const state = await this.stateOf(id, { storageKey, dataKeyEncrypted });
      if (state === 'opened') found.opened += 1;
      else found[state].push(id);
    }
    return found;
  }

  private async stateOf(id: string, file: StoredFile): Promise<keyof Probed> {
    try {
      await this.vault.get(id, file);
      return 'opened';
    } catch (error) {
      if (error instanceof AppError && error.status === 404) return 'lost';
      // Neither the store nor our key: what it holds is not what was put there.
      if (!(error instanceof AppError) && !(error instanceof SealError)) return 'damaged';
      throw error;
    }
  }
}
