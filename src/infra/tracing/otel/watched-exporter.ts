import { Logger } from '@nestjs/common';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { outside } from '../spans.js';
import { errorType } from './error-type.js';

type Done = Parameters<SpanExporter['export']>[1];

/** However often the collector comes and goes. */
const QUIET_MS = 600_000;
/** ExportResultCode.SUCCESS, of a package that is not ours to import. */
const SUCCESS = 0;

/** Says in the log that traces are lost, and that they are not any more; nothing else of this program minds. */
export class WatchedExporter implements SpanExporter {
  private readonly logger = new Logger('Traces');
  private quietUntil = -Infinity;
  private isAway = false;

  constructor(private readonly exporter: SpanExporter) {}

  /** Batches are sent when some request happens to fill them, and belong to none. */
  export(spans: ReadableSpan[], done: Done): void {
    outside(() =>
      this.exporter.export(spans, (result) => {
        this.note((result.code as number) === SUCCESS, result.error);
        done(result);
      }),
    );
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private note(isSent: boolean, error: unknown): void {
    if (isSent) {
      if (this.isAway) this.logger.log({ msg: 'traces are exported again' });
      this.isAway = false;
      return;
    }
    const now = performance.now();
    if (now < this.quietUntil) return;
    this.isAway = true;
    this.quietUntil = now + QUIET_MS;
    this.logger.warn({ msg: 'traces are not exported, those of now are lost', error: errorType(error) });
  }
}
