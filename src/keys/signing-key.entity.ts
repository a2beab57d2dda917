import { Column, Entity, PrimaryColumn } from 'typeorm';

export const SIGNING_ALGORITHMS = ['RS256', 'ES256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** `next` is published but does not sign yet; `previous` verifies what it signed until that has ended. */
export type SigningKeyStatus = 'next' | 'current' | 'previous';

@Entity('signing_keys')
export class SigningKey {
  @PrimaryColumn('text') kid!: string;
  @Column('text') algorithm!: SigningAlgorithm;
  @Column('text') status!: SigningKeyStatus;
  /** What the key set publishes (RFC 7517), without private members. */
  @Column('jsonb') publicJwk!: Record<string, unknown>;
  /** PKCS #8 DER, sealed by Cipher for the context `signing-key:<kid>`. */
  @Column('bytea') privateKeyEncrypted!: Buffer;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz', { nullable: true }) activatedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) retiredAt!: Date | null;
}
