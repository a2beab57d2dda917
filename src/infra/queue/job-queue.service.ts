import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Cipher } from '../crypto/cipher.service.js';

export interface JobOptions {
  /** A waiting job of the same key is replaced by this one. */
  key?: string;
}

/** With graphile-worker's back-off (e^attempt seconds, at most 6 h) this many tries take about 22 hours. */
const MAX_ATTEMPTS = 13;

/** What a job was sealed for; it opens for no other task. */
export const jobContext = (task: string): string => `job:${task}`;

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
    await tx.query(`SELECT graphile_worker.add_job($1, $2::json, max_attempts := $3, job_key := $4)`, [
      task,
      JSON.stringify({ sealed }),
      MAX_ATTEMPTS,
      options.key ?? null,
    ]);
  }
}
