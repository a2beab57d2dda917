import type { Socket } from 'node:net';
import pg from 'pg';

/** How much longer than the server allows a statement we wait for its answer. */
const GRACE_MS = 2_000;
/** What a server says to a write that is a standby, or that was told to be read by only. */
const READ_ONLY = '25006';

/** Parts of pg's client that its types leave out. */
interface Inside {
  connection: {
    stream: Socket;
    on(event: 'errorMessage', listener: (message: { code?: string }) => void): void;
  };
  readyForQuery: boolean;
}

/** Connections of this process that are open. */
const open = new Set<DatabaseConnection>();

/**
 * A connection that is given up when it is of no use any more, so that its pool makes a new one:
 * when the server does not answer (its own statement_timeout is no help when it hangs; CONTROLS C-82), and when it may
 * not be written to, as after a failover (CONTROLS C-93). Without a statement_timeout it waits for ever.
 */
export class DatabaseConnection extends pg.Client {
  /** @param statementTimeout milliseconds after which the server ends a statement, however it was told; 0: never */
  constructor(config: pg.ClientConfig = {}, statementTimeout = Number(config.statement_timeout || 0)) {
    super(config);
    this.once('connect', () => this.watch(statementTimeout));
  }

  /** Gives up the connections that nobody uses just now. */
  static renewIdle(): void {
    for (const connection of open) if (connection.isIdle) connection.giveUp('is renewed');
  }

  private get inside(): Inside {
    return this as unknown as Inside;
  }

  private get isIdle(): boolean {
    return this.inside.readyForQuery && this.getTransactionStatus() === 'I';
  }

  private watch(statementTimeout: number): void {
    const { connection } = this.inside;
    open.add(this);
    connection.stream.once('close', () => open.delete(this));
    connection.on('errorMessage', ({ code }) => {
      if (code !== READ_ONLY) return;
      this.giveUp('is read-only');
      // Others lead to the same server. What only reads from it would not notice that it is behind.
      DatabaseConnection.renewIdle();
    });
    if (statementTimeout === 0) return;
    connection.stream.setTimeout(statementTimeout + GRACE_MS, () => {
      if (!this.inside.readyForQuery) this.giveUp('does not answer');
    });
  }

  private giveUp(why: string): void {
    this.inside.connection.stream.destroy(Object.assign(new Error(`the database ${why}`), { code: 'ETIMEDOUT' }));
  }
}
