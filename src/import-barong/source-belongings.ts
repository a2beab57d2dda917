/**
 * What one account brings of each at most, and what comes first where there is more: what staff said and what was proved
 * is not to be pushed out by what anybody may add.
 */
export const MOST_ROWS = {
  labels: { most: 1000, first: `scope <> 'private'` },
  phones: { most: 100, first: 'validated_at IS NULL' },
  profiles: { most: 100, first: 'id' },
  documents: { most: 100, first: 'id' },
};

/** Rows of several accounts. */
export class Belongings<Row extends { account_id: string }> {
  private readonly byAccount = new Map<string, Row[]>();

  constructor(
    rows: Row[],
    /** Ids of the accounts that have more of them. */
    readonly cut: string[],
  ) {
    for (const row of rows) {
      const key = String(row.account_id);
      const own = this.byAccount.get(key);
      if (own) own.push(row);
      else this.byAccount.set(key, [row]);
    }
  }

  of(accountId: string): Row[] {
    return this.byAccount.get(accountId) ?? [];
  }
}
