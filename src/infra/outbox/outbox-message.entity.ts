import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A mail or SMS that a development server would have sent. */
@Entity('outbox_messages')
export class OutboxMessage {
  @PrimaryColumn('text') id!: string;
  @Column('text') channel!: 'email' | 'sms';
  /** An e-mail address in lower case, or a phone number in digits. */
  @Column('text') recipient!: string;
  @Column('text') subject!: string;
  @Column('text') text!: string;
  @Column('text') html!: string;
  @Column('timestamptz') createdAt!: Date;
}
