import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import { DateText, Text } from '../common/validation.js';
import { DOCUMENT_STATES, DOCUMENT_TYPES } from './document.entity.js';
import type { OwnDocument } from './documents.service.js';

const docType = { description: DOCUMENT_TYPES.map((type) => `\`${type}\``).join(', '), example: DOCUMENT_TYPES[0] };
const docNumber = { description: 'At most 128 characters', example: 'AB1234567' };
const docExpire = { description: 'Last day it is good', example: '2031-12-31' };

/**
 * A file that is absent is told of among the other absent parameters; when it alone is, the domain has a sentence of
 * its own for it.
 */
const FileName = () =>
  ValidateBy({
    name: 'fileName',
    validator: {
      validate: (value: unknown, args?: ValidationArguments) =>
        value !== undefined || othersAreGiven(args?.object as UploadDocumentRequest),
      defaultMessage: (args) => `${args?.property ?? ''} is missing`,
    },
  });

function othersAreGiven({ doc_type, doc_number, doc_expire }: UploadDocumentRequest): boolean {
  return [doc_type, doc_number, doc_expire].every((text) => typeof text === 'string' && text.trim() !== '');
}

export class UploadDocumentRequest {
  @Text(docType) doc_type!: string;
  @Text(docNumber) doc_number!: string;
  @DateText(docExpire) doc_expire!: string;
  /** The name of the file that came; its bytes are handed over beside the body. */
  @FileName()
  @ApiProperty({ type: 'string', format: 'binary', description: 'JPEG or PNG; at most 10 MiB and 40 megapixels' })
  upload?: unknown;
}

export class DocumentResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid', description: 'Names the file; the file itself is for reviewers only' })
  upload!: string;
  @ApiProperty({ enum: DOCUMENT_TYPES }) doc_type!: string;
  @ApiProperty(docNumber) doc_number!: string;
  @ApiProperty({ ...docExpire, format: 'date' }) doc_expire!: string;
  @ApiProperty({ enum: DOCUMENT_STATES }) state!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;

  static from(document: OwnDocument): DocumentResponse {
    return {
      id: document.id,
      upload: document.id,
      doc_type: document.docType,
      doc_number: document.docNumber,
      doc_expire: document.docExpire,
      state: document.state,
      created_at: document.createdAt.toISOString(),
    };
  }
}
