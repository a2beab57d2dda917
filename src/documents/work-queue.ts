interface Waiting {
  start: () => void;
}

/** Lets so many pieces of work run at once; the others wait their turn, in order, up to a limit. */
export class WorkQueue {
  private readonly waiting: Waiting[] = [];
  private running = 0;

  /**
   * @param longestWaitMs milliseconds after which a piece of work is given up
   * @param refusal makes the error that it is then refused with
   */
  constructor(
    private readonly atOnce: number,
    private readonly longestWaitMs: number,
    private readonly refusal: () => Error,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  private async turn(): Promise<void> {
    if (this.running < this.atOnce) {
      this.running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(this.refusal());
      };
      const timer = setTimeout(giveUp, this.longestWaitMs);
      const start = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const entry: Waiting = { start };
      this.waiting.push(entry);
    });
  }

  /** Whoever waits longest takes the place over, so that the number of those that run stays as it is. */
  private next(): void {
    const first = this.waiting.shift();
    if (first) first.start();
    else this.running -= 1;
  }
}
