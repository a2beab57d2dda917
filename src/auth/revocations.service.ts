import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What died before its time: ids of tokens (`jti`), sessions (`sid`) and grants. The guard asks on every request. */
@Injectable()
export class RevocationsService {
  /**
   * Refuses everything that carries this id from the moment the transaction commits.
   * @param until when the last token that carries it would have ended anyway
   */
  async revoke(tx: EntityManager, id: string, until: Date): Promise<void> {
    await tx.query(
      `INSERT INTO revocations (id, expires_at) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET expires_at = greatest(revocations.expires_at, excluded.expires_at)`,
      [id, until],
    );
  }

  /** The same for many ids at once. */
  async revokeAll(tx: EntityManager, ids: string[], until: Date[]): Promise<void> {
    await tx.query(
      `INSERT INTO revocations (id, expires_at) SELECT * FROM unnest($1::text[], $2::timestamptz[])
       ON CONFLICT (id) DO UPDATE SET expires_at = greatest(revocations.expires_at, excluded.expires_at)`,
      [ids, until],
    );
  }
}
