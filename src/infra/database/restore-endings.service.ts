import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Rows that are of no use after a restore. All of it is ours, never a caller's. */
export interface RestoreEnding {
  table: string;
  /** In SQL, what they have in common; absent: all. */
  where?: string;
  /** In SQL, what becomes of them; absent: they are removed. */
  set?: string;
}

/**
 * What a backup brings back that was over: sessions, grants and links that were ended or used after it was taken
 * (CONTROLS C-91). The folder that owns a table says what that is.
 */
@Injectable()
export class RestoreEndings {
  private readonly endings: RestoreEnding[] = [];

  add(...endings: RestoreEnding[]): void {
    this.endings.push(...endings);
  }

  /** @returns how many rows of each table it was */
  async run(tx: EntityManager): Promise<Record<string, number>> {
    const ended: Record<string, number> = {};
    for (const { table, where = 'true', set } of this.endings) {
      const change = set === undefined ? `DELETE FROM ${table}` : `UPDATE ${table} SET ${set}`;
      const [, count] = await tx.query<[unknown[], number]>(`${change} WHERE ${where}`);
      ended[table] = count;
    }
    return ended;
  }
}
