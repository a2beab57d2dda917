import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { between, collected, type NewestFirst, type RowSource } from './row-source.js';

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
    if (counted <= EXACT_UP_TO) {
      return { ids: await this.collect(list, undefined, offset, limit), total: counted, isExact: true };
    }
    const outline = this.outlineOf(list);
    const total = outline?.total ?? (await this.estimate(list));
    const find = total <= COLLECTED_UP_TO ? this.collect.bind(this) : this.walk.bind(this);
    return { ids: await find(list, outline, offset, limit), total, isExact: false };
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

  /** Collects and sorts; of an outlined list only the part in which the page must be. */
  private async collect(
    list: NewestFirst,
    outline: Outline | undefined,
    offset: number,
    limit: number,
  ): Promise<string[]> {
    const { collect } = list;
    if (collect === undefined) return this.walk(list, outline, offset, limit);
    const place = Math.floor(offset / STRIDE);
    const [first, last] = [outline?.anchors[place], outline?.anchors[place + 2]];
    if (first !== undefined && last !== undefined) {
      const part = between(collect, last, place === 0 ? undefined : first);
      const ids = await this.ids(collected(part), offset % STRIDE, limit);
      // Fewer than there should be: rows have left the list since its outline was drawn.
      if (ids.length === limit) return ids;
    }
    return this.ids(collected(collect), offset, limit);
  }

  private walk({ walk }: NewestFirst, outline: Outline | undefined, offset: number, limit: number): Promise<string[]> {
    const place = Math.floor(offset / STRIDE);
    const anchor = place === 0 ? undefined : outline?.anchors[place];
    if (anchor === undefined) return this.ids(walk, offset, limit);
    return this.ids(between(walk, undefined, anchor), offset % STRIDE, limit);
  }

  /** What is remembered of a list; when that is nothing or old, a new outline is drawn meanwhile. */
  private outlineOf({ walk, collect = walk }: NewestFirst): Outline | undefined {
    const key = JSON.stringify(walk);
    const known = this.outlines.get(key);
    const isFresh = known !== undefined && Date.now() - known.drawnAt < REMEMBERED_MS;
    if (!isFresh && !this.drawing) void this.draw(key, collect);
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
