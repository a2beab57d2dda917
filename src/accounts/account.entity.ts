import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountState, Role } from '../common/principal.js';

/** A person (or a machine of one) known to this server. */
@Entity('accounts')
export class Account {
  @PrimaryColumn('bigint', { generated: 'increment' }) id!: string;
  /** `ID` and ten upper-case hex digits; the name that tokens and other systems use. */
  @Column('text') uid!: string;
  /** In canonical form; see email-address.ts. */
  @Column('text') email!: string;
  @Column('text') role!: Role;
  @Column('text') state!: AccountState;
  /** 0 at sign-up, 1 e-mail confirmed, 2 phone verified, 3 identity approved. */
  @Column('smallint') level!: number;
  @Column('boolean') otpEnabled!: boolean;
  /** Tokens issued before this whole second are dead; no token is ever dated before it. */
  @Column('timestamptz') tokensValidAfter!: Date;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') updatedAt!: Date;
}
