import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Document } from './document.entity.js';
import { DocumentVault } from './document-vault.service.js';

/** A document as its owner sees it. */
export type OwnDocument = Pick<Document, 'id' | 'docType' | 'docExpire' | 'state' | 'createdAt'> & {
  docNumber: string;
};

/** A document as a reviewer sees it. */
export type ReviewedDocument = OwnDocument & Pick<Document, 'contentType' | 'sizeBytes' | 'scanState' | 'updatedAt'>;

/** Of a row; the keys to the file are not among them. */
const KNOWN = {
  ...{ id: true, docType: true, docNumberEncrypted: true, docExpire: true, state: true },
  ...{ contentType: true, sizeBytes: true, scanState: true, createdAt: true, updatedAt: true },
} as const;

/** What is known about documents; their bytes are another matter (document-files.service.ts). */
@Injectable()
export class DocumentsService {
  constructor(
    @InjectRepository(Document) private readonly documents: Repository<Document>,
    private readonly vault: DocumentVault,
  ) {}

  /** Newest first, with the numbers in clear: for the owner and for reviewers. */
  async listOf(accountId: string): Promise<ReviewedDocument[]> {
    const order = { createdAt: 'DESC', id: 'ASC' } as const;
    const rows = await this.documents.find({ select: KNOWN, where: { accountId }, order });
    return rows.map(({ docNumberEncrypted, ...document }) => ({
      ...document,
      docNumber: this.vault.openNumber(document.id, docNumberEncrypted),
    }));
  }
}
