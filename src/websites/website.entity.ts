import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How the pages look when they are asked for under a host. */
@Entity('websites')
export class Website {
  @PrimaryColumn('bigint', { generated: 'increment' }) id!: string;
  /** In canonical form: lower case, without port, other alphabets in Punycode. */
  @Column('text') host!: string;
  @Column('text') name!: string;
  /** `#rrggbb`. */
  @Column('text', { nullable: true }) primaryColor!: string | null;
  @Column('text', { nullable: true }) backgroundColor!: string | null;
  /** Path on this server. */
  @Column('text', { nullable: true }) logoPath!: string | null;
  @Column('text', { nullable: true }) supportEmail!: string | null;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') updatedAt!: Date;
}
