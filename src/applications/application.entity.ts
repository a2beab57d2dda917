import { Column, DeleteDateColumn, Entity, PrimaryColumn } from 'typeorm';

export const APPLICATION_KINDS = ['confidential', 'public'] as const;
export type ApplicationKind = (typeof APPLICATION_KINDS)[number];
export const SIGNING_ALGS = ['RS256', 'ES256'] as const;
export const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** RFC 6749, sections 4.1, 4.4 and 6; RFC 8628. There is neither an implicit nor a password grant. */
export const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials', DEVICE_CODE_GRANT] as const;

/** An OAuth client (RFC 6749, section 2). */
@Entity('applications')
export class Application {
  @PrimaryColumn('bigint', { generated: 'increment' }) id!: string;
  /** The client identifier. */
  @Column('text') uid!: string;
  @Column('text') name!: string;
  /** `confidential` keeps a secret; `public` (browser, phone) can't. */
  @Column('text') kind!: ApplicationKind;
  /** SHA-256 of the secret; null for public ones. */
  @Column('bytea', { nullable: true, select: false }) secretHash!: Buffer | null;
  /** Of the secret before it, which still counts until `previousSecretExpiresAt`. */
  @Column('bytea', { nullable: true, select: false }) previousSecretHash!: Buffer | null;
  @Column('timestamptz', { nullable: true }) previousSecretExpiresAt!: Date | null;
  /** Compared character by character. */
  @Column('text', { array: true }) redirectUris!: string[];
  @Column('text', { array: true }) postLogoutRedirectUris!: string[];
  /** What it may ask for, and gets when it asks for nothing. */
  @Column('text', { array: true }) scopes!: string[];
  @Column('text', { array: true }) grantTypes!: string[];
  /** Origins whose scripts may call `/api` (CORS). */
  @Column('text', { array: true }) allowedOrigins!: string[];
  /** Ours: may take passwords at POST /sessions. */
  @Column('boolean') firstParty!: boolean;
  @Column('boolean') skipConsent!: boolean;
  @Column('boolean') requirePkce!: boolean;
  @Column('text') signingAlg!: (typeof SIGNING_ALGS)[number];
  /** Seconds. */
  @Column('integer') accessTokenLifetime!: number;
  /** Told of sign-outs (OpenID Connect Back-Channel Logout). */
  @Column('text', { nullable: true }) backchannelLogoutUri!: string | null;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') updatedAt!: Date;
  /** From then on it is found no more, and has no uid; its rows go in batches. */
  @DeleteDateColumn({ type: 'timestamptz', select: false }) deletedAt!: Date | null;
}
