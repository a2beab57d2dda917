import type { Database } from '../database/database.service.js';

/** `<column> < <from when on>`. */
const CONDITION = /^(\w+) < (.+)$/s;

/**
 * Removes rows that have expired in the order in which they did, going on where the batch before ended: the entries that
 * an index keeps of removed rows are then not walked through again by every batch. Rows that somebody holds are left
 * for the next time.
 */
export class ExpiredRows {
  /** What a batch removes, by an index that begins with this column. */
  readonly found: string;
  private readonly column: string;

  /**
   * @param table ours, as is `expired`
   * @param expired `<column> < <from when on>`
   * @throws Error when it is of another form
   */
  constructor(
    readonly table: string,
    expired: string,
  ) {
    const [, column] = CONDITION.exec(expired) ?? [];
    if (column === undefined)
      throw new Error(`clean-up of ${table}: "${expired}" is not of the form <column> < <value>`);
    this.column = column;
    this.found = `SELECT ctid FROM ${table} WHERE ${expired}`;
  }

  /** @returns what removes the next batch: at most so many rows, and how many they were */
  begin(database: Database): (most: number) => Promise<number> {
    let reached: string | undefined;
    return async (most) => {
      const isFirst = reached === undefined;
      const rows = await database.query<{ reached: string }>(
        `clean-up-${this.table}${isFirst ? '' : '-on'}`,
        this.removal(isFirst ? '' : `AND ${this.column} >= $2`),
        isFirst ? [most] : [most, reached],
      );
      reached = rows.at(-1)?.reached;
      return rows.length;
    };
  }

  private removal(further: string): string {
    return `
      WITH gone AS (
        DELETE FROM ${this.table} WHERE ctid = ANY (ARRAY(
          ${this.found} ${further} ORDER BY ${this.column} LIMIT $1 FOR UPDATE SKIP LOCKED))
        RETURNING ${this.column} AS at)
      SELECT at::text AS reached FROM gone ORDER BY at`;
  }
}
