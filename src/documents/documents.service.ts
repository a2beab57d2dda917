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

/** What is known about documents; their bytes are another matter (document-files.service.ts). */
@Injectable()
export class DocumentsService {
  constructor(
    @InjectRepository(Document) private readonly documents: Repository<Document>,
    private readonly vault: DocumentVault,
  ) {}

  /** Newest first, with the numbers in clear: for the owner and for reviewers. */
  async listOf(accountId: string): Promise<ReviewedDocument[]> {
    const rows = await this.documents.find({ where: { accountId }, order: { createdAt: 'DESC', id: 'ASC' } });
    return rows.map(({ docNumberEncrypted, ...document }) => ({
      ...document,
      docNumber: this.vault.openNumber(document.id, docNumberEncrypted),
    }));
  }
}
