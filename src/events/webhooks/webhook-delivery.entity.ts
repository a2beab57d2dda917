import { Column, Entity, PrimaryColumn } from 'typeorm';

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One event for one webhook. */
@Entity('webhook_deliveries')
export class WebhookDelivery {
  @PrimaryColumn('bigint', { generated: 'increment' }) id!: string;
  @Column('bigint') webhookId!: string;
  /** The receiver tells repetitions by it. */
  @Column('uuid') eventId!: string;
  @Column('text') eventName!: string;
  /** The body as it is sent; empty once its account was deleted. */
  @Column('bytea', { select: false }) payloadSealed!: Buffer;
  @Column('text') state!: DeliveryState;
  /** Requests that were made. */
  @Column('integer') attempts!: number;
  /** HTTP status of the last answer; null when there was none. */
  @Column('integer', { nullable: true }) lastStatus!: number | null;
  /** Class, code and status of the last failure. */
  @Column('text', { nullable: true }) lastError!: string | null;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz', { nullable: true }) deliveredAt!: Date | null;
  @Column('timestamptz') expiresAt!: Date;
}
