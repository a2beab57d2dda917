import { Injectable } from '@nestjs/common';
import { Database } from '../../infra/database/database.service.js';

/** What is counted, by the action that the audit log has for it; the index of migration 1790000024000 has these. */
const COUNTED = {
  signUps: 'account.created',
  signIns: 'session.created',
  failures: 'session.failed',
  submitted: 'profile.submitted',
  reviewed: 'profile.reviewed',
} as const;
type Counted = keyof typeof COUNTED;

export type DayFigures = Record<Counted, number> & {
  /** `yyyy-mm-dd`, by UTC. */
  day: string;
};

interface CountRow {
  day: string;
  action: string;
  count: number;
}

export interface WaitingReviews {
  count: number;
  /** When the one that waits longest was sent; null when nothing waits. */
  oldest: Date | null;
}

const ACTIONS = Object.values(COUNTED)
  .map((action) => `'${action}'`)
  .join(', ');
/**
 * Each number from a stretch of the index, which is several times quicker than to sort all entries into days. The
 * actions stand in it as they do in the index, or the planner would not know that it may be used.
 */
const PER_DAY = `
  SELECT to_char(day, 'YYYY-MM-DD') AS day, counted.action, (
    SELECT count(*)::int FROM audit_entries
    WHERE audit_entries.action = counted.action AND audit_entries.action IN (${ACTIONS})
      AND at >= day AT TIME ZONE 'UTC' AND at < (day + interval '1 day') AT TIME ZONE 'UTC') AS count
  FROM generate_series($1::timestamp, $2::timestamp, interval '1 day') AS day, unnest(ARRAY[${ACTIONS}]) AS counted (action)`;

const DAY_MS = 86_400_000;
const REMEMBERED_MS = 60_000;
/** Entries carry the time at which their transaction began; none takes this long. */
const SETTLED_MS = 3_600_000;

/** The numbers of the dashboard. Those that need a long look are kept for a minute, finished days for as long as they are shown. */
@Injectable()
export class DashboardFigures {
  private readonly finished = new Map<string, DayFigures>();
  private readonly recent = new Map<string, { at: number; value: Promise<unknown> }>();

  constructor(private readonly database: Database) {}

  /** @param count how many days, today included; oldest first */
  perDay(count: number): Promise<DayFigures[]> {
    return this.remember(`days-${count}`, () => this.countDays(lastDays(count, Date.now())));
  }

  /** How many accounts have each level, from 0 to 3. */
  accountsByLevel(): Promise<number[]> {
    return this.remember('levels', async () => {
      const rows = await this.database.query<{ level: number; count: number }>(
        'accounts-by-level',
        'SELECT level, count(*)::int AS count FROM accounts GROUP BY level',
        [],
      );
      return [0, 1, 2, 3].map((level) => rows.find((row) => row.level === level)?.count ?? 0);
    });
  }

  /** Looked up each time: reviewers want it to the one. */
  async waitingReviews(): Promise<WaitingReviews> {
    const [row] = await this.database.query<WaitingReviews>(
      'waiting-reviews',
      `SELECT count(*)::int AS count, min(submitted_at) AS oldest FROM profiles WHERE state = 'pending'`,
      [],
    );
    return row ?? { count: 0, oldest: null };
  }

  /** Counts from the first day on that is not known for good. */
  private async countDays(days: string[]): Promise<DayFigures[]> {
    const today = days.at(-1) ?? '';
    const from = days.find((day) => !this.finished.has(day)) ?? today;
    const rows = await this.database.query<CountRow>('counts-per-day', PER_DAY, [from, today]);
    const figures = days.map((day) => this.finished.get(day) ?? figuresOf(day, rows));
    this.keepFinished(figures);
    return figures;
  }

  private keepFinished(figures: DayFigures[]): void {
    const longest = lastDays(LONGEST_RANGE, Date.now())[0] ?? '';
    for (const day of this.finished.keys()) if (day < longest) this.finished.delete(day);
    for (const each of figures) if (isSettled(each.day, Date.now())) this.finished.set(each.day, each);
  }

  /** Of those who ask at the same time one looks, and all get what it finds. */
  private remember<T>(what: string, look: () => Promise<T>): Promise<T> {
    const known = this.recent.get(what);
    if (known && Date.now() - known.at < REMEMBERED_MS) return known.value as Promise<T>;
    const value = look();
    this.recent.set(what, { at: Date.now(), value });
    value.catch(() => this.recent.delete(what));
    return value;
  }
}

/** Days of the longest chart. */
export const LONGEST_RANGE = 30;

function lastDays(count: number, now: number): string[] {
  return Array.from({ length: count }, (_, index) => dayOf(now - (count - 1 - index) * DAY_MS));
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const isSettled = (day: string, now: number): boolean => Date.parse(day) + DAY_MS + SETTLED_MS < now;

function figuresOf(day: string, rows: CountRow[]): DayFigures {
  const count = (what: Counted): number =>
    rows.find((row) => row.day === day && row.action === COUNTED[what])?.count ?? 0;
  return {
    day,
    signUps: count('signUps'),
    signIns: count('signIns'),
    failures: count('failures'),
    submitted: count('submitted'),
    reviewed: count('reviewed'),
  };
}
