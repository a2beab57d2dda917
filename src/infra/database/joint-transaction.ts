import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/** What belongs into a joint transaction beside the work itself. */
export interface JointWork<T> {
  /** Before the first transaction of the work; what it throws comes out there, and nothing was done. */
  begin: (tx: EntityManager) => Promise<void>;
  work: () => Promise<T>;
  /** After the work, with what it gave. */
  end: (tx: EntityManager, result: T) => Promise<void>;
  /** Takes back what `begin` did: the work failed. */
  undo: (tx: EntityManager) => Promise<void>;
}

const current = new AsyncLocalStorage<JointTransaction>();

/**
 * One transaction around all those of a piece of work. It begins with the first of them; each is a savepoint in it.
 * When the work fails after one that succeeded, that one is kept, as it would be without: the count of a wrong guess
 * must not be taken back with what came after. Once it has begun the work should need no other connection: others may
 * hold them all and wait for this one.
 */
export class JointTransaction {
  private runner: QueryRunner | undefined;

  private constructor(
    private readonly dataSource: DataSource,
    private begin: ((tx: EntityManager) => Promise<void>) | undefined,
  ) {}

  /** The one that this call is part of. */
  static get current(): JointTransaction | undefined {
    return current.getStore();
  }

  static async around<T>(dataSource: DataSource, { begin, work, end, undo }: JointWork<T>): Promise<T> {
    const joint = new JointTransaction(dataSource, begin);
    try {
      const result = await current.run(joint, work).catch(async (error: unknown) => {
        // What comes of it is told by the first error: nothing can be told of the second that would help more.
        await joint.commit(undo).catch(() => undefined);
        throw error;
      });
      await joint.commit((tx) => end(tx, result));
      return result;
    } finally {
      await joint.release();
    }
  }

  async transaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    this.runner ??= await this.open();
    return this.runner.manager.transaction(work);
  }

  private async open(): Promise<QueryRunner> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await this.begin?.(runner.manager);
      return runner;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      await runner.release();
      throw error;
    }
  }

  private async commit(last: (tx: EntityManager) => Promise<void>): Promise<void> {
    if (!this.runner) return;
    await last(this.runner.manager);
    await this.runner.commitTransaction();
  }

  /** A socket that was opened within keeps this object for as long as it lives; it should not keep a request with it. */
  private async release(): Promise<void> {
    const { runner } = this;
    this.begin = undefined;
    this.runner = undefined;
    if (runner?.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner?.release();
  }
}
