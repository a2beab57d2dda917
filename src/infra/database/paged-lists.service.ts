import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';

/** Rows that have an `id`: SQL that goes after FROM, and the values of its parameters. */
export interface RowSource {
  from: string;
  values: unknown[];
}

/** A list of a table's rows, highest id first. */
export interface NewestFirst {
  /** The rows in a form that is quick to walk in the order of ids. */
  walk: RowSource;
  /** The same rows in a form that is quick to collect, in any order; absent when walking is quick enough. */
  collect?: RowSource;
}

export interface PageOfIds {
  ids: string[];
  total: number;
  /** False: the total is an estimate or up to a minute old. */
  isExact: boolean;
}

/** Where every so many rows of a long list begin. */
interface Outline {
  total: number;
  /** Id of row 0, of row STRIDE and so on. */
  anchors: string[];
  drawnAt: number;
}

/** Lists up to this length are counted on every request. */
const EXACT_UP_TO = 10_000;
/** Lists up to this length are collected and sorted: a walk might search all of the table for a few rows. */
const COLLECTED_UP_TO = 150_000;
const STRIDE = 1_000;
const REMEMBERED_MS = 60_000;
const REMEMBERED = 100;

/**
 * Pages of lists of any length in a few milliseconds. A long list is outlined in the background: its length, and where
 * each thousand of its rows begins, so that a page deep inside is found without reading all that comes before it.
 */
@Injectable()
export class PagedLists {
  private readonly logger = new Logger('Database');
  private readonly outlines = new LRUCache<string, Outline>({ max: REMEMBERED });
  private drawing = false;

  constructor(private readonly dataSource: DataSource) {}

  async page(list: NewestFirst, offset: number, limit: number): Promise<PageOfIds> {
    const counted = await this.countUpTo(EXACT_UP_TO + 1, list);
    if (counted <= EXACT_UP_TO) return { ids: await this.pick(list, offset, limit), total: counted, isExact: true };
    const outline = this.outlineOf(list);
    const total = outline?.total ?? (await this.estimate(list));
    const ids = await (total <= COLLECTED_UP_TO ? this.pick(list, offset, limit) : this.walk(list, offset, limit));
    return { ids, total, isExact: false };
  }

  private async countUpTo(most: number, { walk, collect = walk }: NewestFirst): Promise<number> {
    const [row] = await this.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM (SELECT 1 FROM ${collect.from} LIMIT ${most}) AS counted`,
      collect.values,
    );
    return row?.count ?? 0;
  }

  /** What the planner thinks, from its statistics. */
  private async estimate({ walk, collect = walk }: NewestFirst): Promise<number> {
    const [row] = await this.rows<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
      `EXPLAIN (FORMAT JSON) SELECT 1 FROM ${collect.from}`,
      collect.values,
    );
    return Math.max(Math.round(row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0), EXACT_UP_TO + 1);
  }

  private pick(list: NewestFirst, offset: number, limit: number): Promise<string[]> {
    const { collect } = list;
    if (collect === undefined) return this.walk(list, offset, limit);
    // OFFSET 0 keeps the planner from walking all the same.
    return this.ids({ ...collect, from: `(SELECT id FROM ${collect.from} OFFSET 0) AS collected` }, offset, limit);
  }

  private walk(list: NewestFirst, offset: number, limit: number): Promise<string[]> {
    const { from, values } = list.walk;
    const walked = `(SELECT id FROM ${from}) AS walked`;
    const anchor = offset < STRIDE ? undefined : this.outlineOf(list)?.anchors[Math.floor(offset / STRIDE)];
    if (anchor === undefined) return this.ids({ from: walked, values }, offset, limit);
    const below = { from: `${walked} WHERE id <= $${values.length + 1}`, values: [...values, anchor] };
    return this.ids(below, offset % STRIDE, limit);
  }

  /** What is remembered of a list; when that is nothing or old, a new outline is drawn meanwhile. */
  private outlineOf({ walk }: NewestFirst): Outline | undefined {
    const key = JSON.stringify(walk);
    const known = this.outlines.get(key);
    const isFresh = known !== undefined && Date.now() - known.drawnAt < REMEMBERED_MS;
    if (!isFresh && !this.drawing) void this.draw(key, walk);
    return known;
  }

  /** One at a time: it reads the whole list. */
  private async draw(key: string, { from, values }: RowSource): Promise<void> {
    this.drawing = true;
    try {
      const [row] = await this.rows<{ total: number; anchors: string[] | null }>(
        `SELECT count(*)::int AS total,
           array_agg(id::text ORDER BY position) FILTER (WHERE position % ${STRIDE} = 1) AS anchors
         FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS position FROM ${from}) AS numbered`,
        values,
      );
      if (row) this.outlines.set(key, { total: row.total, anchors: row.anchors ?? [], drawnAt: Date.now() });
    } catch (error) {
      this.logger.warn({ msg: 'a long list could not be counted', error: (error as Error).message });
    } finally {
      this.drawing = false;
    }
  }

  private async ids({ from, values }: RowSource, offset: number, limit: number): Promise<string[]> {
    const sql = `SELECT id FROM ${from} ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`;
    return (await this.rows<{ id: string }>(sql, values)).map(({ id }) => id);
  }

  /** Without a name: each list is planned for its own values, since what suits one prefix is wrong for another. */
  private rows<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    return this.dataSource.query<Row[]>(sql, values);
  }
}
