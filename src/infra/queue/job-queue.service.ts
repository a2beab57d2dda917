import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Cipher } from '../crypto/cipher.service.js';
import { currentTraceparent } from '../tracing/spans.js';

export interface JobOptions {
  /** A waiting job of the same key is replaced by this one; one that is being done is not tried again. */
  key?: string;
  /** Of the jobs of a lane one is done at a time, whatever the number of replicas. */
  lane?: string;
  /** Jobs of a higher number wait until none of a lower one is due; 0 unless given. */
  priority?: number;
}

/** Pauses of e^attempt seconds up to 50 minutes, then of about an hour (late-retries.ts): together about 22 hours. */
export const MAX_ATTEMPTS = 30;

/** What a job was sealed for; it opens for no other task. */
export const jobContext = (task: string): string => `job:${task}`;

/** What is in the table; nothing of it for jobs that the clock puts there. */
export interface QueuedPayload {
  sealed?: string;
  /** Of the request or job that added this one, where there are traces. */
  traceparent?: string;
}

/** Puts down now what must happen later. */
@Injectable()
export class JobQueue {
  constructor(private readonly cipher: Cipher) {}

  /**
   * Adds a job in the caller's transaction: it exists exactly when everything else of that transaction does.
   * The payload is kept encrypted, since jobs carry addresses and links that open accounts.
   */
  async add(tx: EntityManager, task: string, payload: object, options: JobOptions = {}): Promise<void> {
    const sealed = this.cipher.seal(JSON.stringify(payload), jobContext(task)).toString('base64');
    const { key = null, lane = null, priority = 0 } = options;
    // add_job alone adds nothing, and says nothing, when a worker takes the job of that key at the same moment.
    if (key !== null) await tx.query('SELECT graphile_worker.remove_job($1)', [key]);
    await tx.query(
      `SELECT graphile_worker.add_job($1, $2::json, queue_name := $3, max_attempts := $4, job_key := $5, priority := $6)`,
      [task, JSON.stringify({ sealed, traceparent: currentTraceparent() }), lane, MAX_ATTEMPTS, key, priority],
    );
  }
}
