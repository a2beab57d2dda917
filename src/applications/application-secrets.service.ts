import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { hashToken, newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { ApplicationErrors } from './applications.errors.js';
import { ApplicationsService } from './applications.service.js';

/** Seconds that the secret before still counts when nothing else is asked. */
export const DEFAULT_OVERLAP_SECONDS = 86_400;
export const LONGEST_OVERLAP_SECONDS = 30 * 86_400;

/** Of a row of `applications`: the hashes of the secrets that count now. */
export const LIVE_SECRET_HASHES = `array_remove(ARRAY[secret_hash,
  CASE WHEN previous_secret_expires_at > now() THEN previous_secret_hash END], NULL)`;

/** Compared in the place of a secret that is not there; no text has this hash. */
const NO_HASH = Buffer.alloc(32);

export interface RotatedSecret {
  /** Shown this once. */
  secret: string;
  /** Until when the secret before counts too; null when it does not. */
  previousExpiresAt: Date | null;
}

/** Secrets of applications: 256 random bits, kept as hashes, two of them while an application changes over (CONTROLS C-42). */
@Injectable()
export class ApplicationSecretsService {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationsService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Makes a new secret. A third one, from a rotation before, is dead with this.
   * @param overlap seconds that the present secret still counts; 0 for one that has leaked
   * @throws AppError 404, 422 for a public application
   */
  async rotate(uid: string, overlap: number, actor: string | null, origin?: RequestOrigin): Promise<RotatedSecret> {
    const { id } = await this.applications.getByUid(uid);
    const { token: secret, hash } = newToken();
    return this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[{ expires_at: Date | null }[], number]>(
        `UPDATE applications SET secret_hash = $2, updated_at = now(),
           previous_secret_hash = CASE WHEN $3 > 0 THEN secret_hash END,
           previous_secret_expires_at = CASE WHEN $3 > 0 THEN now() + make_interval(secs => $3) END
         WHERE id = $1 AND kind = 'confidential' RETURNING previous_secret_expires_at AS expires_at`,
        [id, hash, overlap],
      );
      const row = rows[0];
      if (!row) throw ApplicationErrors.hasNoSecret();
      const details = { overlap_seconds: overlap };
      await this.audit.record(tx, { action: 'application.secret_rotated', actor, target: uid, origin, details });
      return { secret, previousExpiresAt: row.expires_at };
    });
  }

  /** Whether it is a secret of the application. A blank one never is, nor is any of a public or unknown application. */
  async isSecret(application: { uid: string }, secret: string | null | undefined): Promise<boolean> {
    const hashes = await this.hashesOf(application.uid);
    return matchesSecret(hashes, secret);
  }

  /** Hashes of the secrets that count now: none, one, or two. */
  async hashesOf(uid: string): Promise<Buffer[]> {
    const [row] = await this.database.query<{ hashes: Buffer[] }>(
      'application-secret-hashes',
      `SELECT ${LIVE_SECRET_HASHES} AS hashes FROM applications
       WHERE uid = $1 AND kind = 'confidential' AND deleted_at IS NULL`,
      [uid],
    );
    return row?.hashes ?? [];
  }
}

/** Takes the same time whichever of the two matches, or none. */
export function matchesSecret(hashes: readonly Buffer[], secret: string | null | undefined): boolean {
  const given = hashToken(secret ?? '');
  const [first = NO_HASH, second = NO_HASH] = hashes;
  const matches = [timingSafeEqual(first, given), timingSafeEqual(second, given)];
  return matches.includes(true) && (secret ?? '') !== '';
}
