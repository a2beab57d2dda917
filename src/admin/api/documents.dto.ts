import { ApiProperty } from '@nestjs/swagger';
import { Choice } from '../../common/parameter-kinds.js';
import { DOCUMENT_STATES, DOCUMENT_TYPES } from '../../documents/document.entity.js';
import type { DocumentDecision } from '../../documents/document-reviews.service.js';
import type { ReviewedDocument } from '../../documents/documents.service.js';

const DECISIONS = ['approved', 'rejected'] as const satisfies readonly DocumentDecision[];

export class AdminDecideDocumentRequest {
  @Choice(DECISIONS) state!: DocumentDecision;
}

export class AdminDocumentResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: DOCUMENT_TYPES }) doc_type!: string;
  @ApiProperty({ example: 'AB1234567' }) doc_number!: string;
  @ApiProperty({ format: 'date', example: '2031-12-31' }) doc_expire!: string;
  @ApiProperty({ enum: DOCUMENT_STATES }) state!: string;
  @ApiProperty({ enum: ['pending', 'clean', 'infected', 'error'], description: 'Only clean ones can be opened' })
  scan_state!: string;
  @ApiProperty({ example: 'image/jpeg' }) content_type!: string;
  @ApiProperty({ description: 'Bytes', example: 412_345 }) size!: number;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(document: ReviewedDocument): AdminDocumentResponse {
    return {
      id: document.id,
      doc_type: document.docType,
      doc_number: document.docNumber,
      doc_expire: document.docExpire,
      state: document.state,
      scan_state: document.scanState,
      content_type: document.contentType,
      size: document.sizeBytes,
      created_at: document.createdAt.toISOString(),
      updated_at: document.updatedAt.toISOString(),
    };
  }
}
