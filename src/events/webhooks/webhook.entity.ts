import { Column, DeleteDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Why nothing is sent: somebody decided so, the receiver answered 410 Gone, or it did not answer for days. */
export type DisabledBecause = 'staff' | 'gone' | 'failing';

/** An address that is told of events. */
@Entity('webhooks')
export class Webhook {
  @PrimaryColumn('bigint', { generated: 'increment' }) id!: string;
  @Column('text') uid!: string;
  @Column('text') name!: string;
  @Column('text') url!: string;
  /** Names of events, or `*` alone for all of them. */
  @Column('text', { array: true }) eventNames!: string[];
  @Column('boolean') enabled!: boolean;
  /** Null while it is enabled. */
  @Column('text', { nullable: true }) disabledBecause!: DisabledBecause | null;
  @Column('bytea', { select: false }) secretSealed!: Buffer;
  /** Signs too until `previousSecretExpiresAt`. */
  @Column('bytea', { nullable: true, select: false }) previousSecretSealed!: Buffer | null;
  @Column('timestamptz', { nullable: true }) previousSecretExpiresAt!: Date | null;
  /** Requests in a row that went wrong. */
  @Column('integer') failures!: number;
  @Column('timestamptz', { nullable: true }) failingSince!: Date | null;
  /** Until then no request is made. */
  @Column('timestamptz', { nullable: true }) pausedUntil!: Date | null;
  /** When deliveries were last given up because too many waited. */
  @Column('timestamptz', { nullable: true }) givenUpAt!: Date | null;
  /** From then on it is found no more and nothing is sent; its rows go in batches. */
  @DeleteDateColumn({ type: 'timestamptz', select: false }) deletedAt!: Date | null;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') updatedAt!: Date;
}
