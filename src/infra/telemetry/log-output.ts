import { pino } from 'pino';

/** Lines that have come while others are being written; those beyond are dropped. */
const MOST_WAITING_BYTES = 1_048_576;

/** How often the end of the process tries to write what waits, 0.1 s apart, when nobody reads. */
const LAST_TRIES = 20;

type Destination = ReturnType<typeof pino.destination>;

/** Standard output that ends nobody and holds nobody up: lines that cannot be written, as on a full disk, are dropped (C-87). */
export class LogOutput {
  private destination = this.open(false);

  write(line: string): void {
    this.destination.write(line);
  }

  /** @param sync one by one, while writes fail: pino would try for ever to write those that wait when the process ends */
  private open(sync: boolean): Destination {
    let tries = Infinity;
    const retryEAGAIN = () => (tries -= 1) > 0;
    const options = { dest: 1, minLength: 0, maxLength: MOST_WAITING_BYTES, sync, retryEAGAIN };
    const destination = pino.destination(options);
    const flush = destination.flushSync.bind(destination);
    // Called as the process ends, where pino would wait for ever for whoever has stopped reading.
    destination.flushSync = () => {
      tries = LAST_TRIES;
      try {
        flush();
      } catch {
        // Dropped, like all that cannot be written.
      }
    };
    destination.on('error', () => {
      if (this.destination !== destination) return;
      this.destination = this.open(true);
      destination.destroy();
    });
    if (sync) destination.once('write', () => (this.destination = this.open(false)));
    return destination;
  }
}
