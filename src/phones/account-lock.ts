import type { EntityManager } from 'typeorm';

/**
 * Lets changes to the phones of one account follow one another, until the transaction ends. Taken before any row of
 * `phones`: whoever did it the other way round could wait for somebody who waits for them.
 */
export async function holdAccount(tx: EntityManager, accountId: string): Promise<void> {
  await tx.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
}
