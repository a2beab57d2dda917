import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One thing that an owner or staff did. Rows are only ever added; the database refuses anything else. */
@Entity('audit_entries')
export class AuditEntry {
  @PrimaryColumn('bigint', { generated: 'increment' }) id!: string;
  @Column('timestamptz') at!: Date;
  /** Uid of who did it; null when nobody was signed in. */
  @Column('text', { nullable: true }) actorUid!: string | null;
  /** `<noun>.<what happened>`, such as `account.created`. */
  @Column('text') action!: string;
  /** Uid of the account or application it happened to. */
  @Column('text', { nullable: true }) target!: string | null;
  @Column('text', { nullable: true }) ip!: string | null;
  @Column('bytea', { nullable: true }) userAgentHash!: Buffer | null;
  @Column('text', { nullable: true }) requestId!: string | null;
  /** Never a secret and no personal data in clear. */
  @Column('jsonb') details!: Record<string, unknown>;
}
