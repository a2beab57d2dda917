import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ImportError } from './import-error.js';
import { Belongings, MOST_ROWS } from './source-belongings.js';
import {
  SOURCE_COLUMNS,
  type SourceAccount,
  type SourceApplication,
  type SourceDocument,
  type SourceLabel,
  type SourcePerson,
  type SourcePhone,
  type SourceProfile,
  type SourceTable,
  type SourceWebsite,
} from './source-rows.js';
import type { SourceTarget } from './source-url.js';

const CONNECT_TIMEOUT_MS = 10_000;

/** MySQL's zero dates, whole or in part, are no times. */
const IS_CONFIRMED = '(coalesce(year(confirmed_at) * month(confirmed_at) * dayofmonth(confirmed_at), 0) > 0)';

/** The database of a Barong 1.7: read in one snapshot, and never written to. */
export class BarongSource {
  private constructor(
    private readonly connection: Connection,
    readonly label: string,
  ) {}

  /** @throws ImportError when it can't be reached or is no database of that version */
  static async open({ connection: target, label }: SourceTarget): Promise<BarongSource> {
    // Loaded late: no other command and no server needs it.
    const { createConnection } = await import('mysql2/promise');
    const connection = await createConnection({
      ...target,
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // A server may ask its client for files of this machine; this one gets none.
      flags: ['-LOCAL_FILES'],
    }).catch((error: unknown) => {
      throw new ImportError(`The database ${label} cannot be reached: ${reasonOf(error)}`);
    });
    const source = new BarongSource(connection, label);
    try {
      await source.begin();
    } catch (error) {
      await source.close();
      throw error;
    }
    return source;
  }

  async count(table: SourceTable): Promise<number> {
    const [row] = await this.query<{ total: number | string }>(`SELECT count(*) AS total FROM ${table}`);
    return Number(row?.total ?? 0);
  }

  /** The next people by id, at most so many of those with a confirmed address, or of those without. */
  async peopleAfter(id: string, most: number, isConfirmed: boolean): Promise<SourcePerson[]> {
    const accounts = await this.query<SourceAccount>(
      `SELECT ${columnsOf('accounts')} FROM accounts WHERE id > ? AND ${IS_CONFIRMED} = ? ORDER BY id LIMIT ${most}`,
      [id, isConfirmed],
    );
    const ids = accounts.map((account) => account.id);
    const labels = await this.belongingsOf<SourceLabel>('labels', ids);
    const phones = await this.belongingsOf<SourcePhone>('phones', ids);
    const profiles = await this.belongingsOf<SourceProfile>('profiles', ids);
    const documents = await this.belongingsOf<SourceDocument>('documents', ids);
    return accounts.map((account) => {
      const accountId = String(account.id);
      return {
        account: { ...account, id: accountId },
        labels: labels.of(accountId),
        phones: phones.of(accountId),
        profiles: profiles.of(accountId),
        documents: documents.of(accountId),
        hasMore: [labels, phones, profiles, documents].some(({ cut }) => cut.includes(accountId)),
      };
    });
  }

  applications(): Promise<SourceApplication[]> {
    return this.query(`SELECT ${columnsOf('oauth_applications')} FROM oauth_applications ORDER BY id`);
  }

  websites(): Promise<SourceWebsite[]> {
    return this.query(`SELECT ${columnsOf('websites')} FROM websites ORDER BY id`);
  }

  async close(): Promise<void> {
    await this.connection.end().catch(() => this.connection.destroy());
  }

  private async begin(): Promise<void> {
    await this.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await this.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const found = await this.query<{ name: string }>(
      `SELECT concat(table_name, '.', column_name) AS name FROM information_schema.columns WHERE table_schema = database()`,
    );
    const names = new Set(found.map(({ name }) => name));
    // Of 1.8, which keeps levels in labels and profiles without a state.
    if (names.has('accounts.discarded_at') || names.has('users.uid'))
      throw new ImportError(`The database ${this.label} is of a later Barong than 1.7; only 1.7 is known`);
    const missing = Object.entries(SOURCE_COLUMNS)
      .flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
      .filter((name) => !names.has(name));
    if (missing.length > 0)
      throw new ImportError(`The database ${this.label} is not of Barong 1.7: there is no ${missing.join(', ')}`);
  }

  private async belongingsOf<Row extends { account_id: string }>(
    table: keyof typeof MOST_ROWS,
    ids: string[],
  ): Promise<Belongings<Row>> {
    if (ids.length === 0) return new Belongings<Row>([], []);
    const { most, first } = MOST_ROWS[table];
    const select = `SELECT ${columnsOf(table)} FROM ${table} WHERE account_id`;
    const counted = await this.query<{ account_id: string }>(
      `SELECT account_id FROM ${table} WHERE account_id IN (?) GROUP BY account_id HAVING count(*) > ${most}`,
      [ids],
    );
    const cut = counted.map(({ account_id: id }) => String(id));
    const others = ids.map(String).filter((id) => !cut.includes(id));
    const rows = others.length === 0 ? [] : await this.query<Row>(`${select} IN (?) ORDER BY id`, [others]);
    // Never read as a whole: it may be more than there is memory for. MySQL 5.7 has no window functions.
    for (const id of cut) {
      const own = await this.query<Row>(`${select} = ? ORDER BY ${first}, id LIMIT ${most}`, [id]);
      for (const row of own) rows.push(row);
    }
    return new Belongings(rows, cut);
  }

  private async query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    try {
      const [rows] = await this.connection.query<(Row & RowDataPacket)[]>(text, values);
      return rows;
    } catch (error) {
      throw new ImportError(`The database ${this.label} did not answer: ${reasonOf(error)}`);
    }
  }
}

const columnsOf = (table: SourceTable): string => SOURCE_COLUMNS[table].map((name) => `\`${name}\``).join(', ');

/** Code of the failure, for its text may repeat what was sent. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message?.split('\n', 1)[0] ?? 'unknown';
}
