import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RequestOrigin } from '../common/request-origin.js';
import { Fingerprints } from '../infra/crypto/fingerprints.service.js';

export interface AuditRecord {
  action: string;
  /** Uid; null for what nobody signed in has done. */
  actor: string | null;
  /** Uid of what it was done to. */
  target: string | null;
  /** Absent for commands and jobs. */
  origin?: RequestOrigin;
  details?: Record<string, unknown>;
}

/** The append-only record of what owners and staff did. */
@Injectable()
export class AuditService {
  constructor(private readonly fingerprints: Fingerprints) {}

  /** Adds an entry in the caller's transaction, so that nothing happens unrecorded and nothing is recorded that did not. */
  async record(tx: EntityManager, entry: AuditRecord): Promise<void> {
    const { origin } = entry;
    await tx.query(
      `INSERT INTO audit_entries (actor_uid, action, target, ip, user_agent_hash, request_id, details)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        entry.actor,
        entry.action,
        entry.target,
        origin?.ip ?? null,
        origin?.userAgent ? this.fingerprints.of(origin.userAgent) : null,
        origin?.requestId ?? null,
        entry.details ?? {},
      ],
    );
  }
}
