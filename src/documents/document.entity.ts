import { Column, Entity, PrimaryColumn } from 'typeorm';

export const DOCUMENT_TYPES = ['Passport', 'Identity card', 'Driver license'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

export const DOCUMENT_STATES = ['pending', 'approved', 'rejected'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

/** What the malware scanner said; `pending` until it has spoken, `error` when it could not judge. */
export type ScanState = 'pending' | 'clean' | 'infected' | 'error';

/** A picture of a paper that shows who somebody is. The picture itself lies encrypted in the file store. */
@Entity('documents')
export class Document {
  @PrimaryColumn('uuid') id!: string;
  @Column('bigint') accountId!: string;
  @Column('text') docType!: DocumentType;
  @Column('bytea') docNumberEncrypted!: Buffer;
  /** `yyyy-mm-dd`. */
  @Column('date') docExpire!: string;
  @Column('text') storageKey!: string;
  /** The key of this one file, itself encrypted. */
  @Column('bytea') dataKeyEncrypted!: Buffer;
  /** As we found and re-encoded it, whatever the client declared. */
  @Column('text') contentType!: string;
  /** Of the picture before encryption. */
  @Column('integer') sizeBytes!: number;
  @Column('text') scanState!: ScanState;
  /** What a reviewer decided. */
  @Column('text') state!: DocumentState;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') updatedAt!: Date;
}
