import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One sign-in of one account at one application. */
@Entity('sessions')
export class Session {
  /** The `sid` of its tokens. */
  @PrimaryColumn('uuid') id!: string;
  @Column('bigint') accountId!: string;
  @Column('bigint') applicationId!: string;
  @Column('text') ip!: string;
  @Column('text') userAgent!: string;
  /** How the person proved who they are (RFC 8176). */
  @Column('text', { array: true }) amr!: string[];
  @Column('timestamptz') authenticatedAt!: Date;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') lastSeenAt!: Date;
  /** No token of the session lives longer. */
  @Column('timestamptz') expiresAt!: Date;
  /** Set by signing out. */
  @Column('timestamptz', { nullable: true }) endedAt!: Date | null;
}
