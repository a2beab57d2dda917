import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { TraceExport } from '../../../config/trace-export.js';
import type { Recorder } from '../spans.js';
import { OtelRecorder } from './recorder.js';
import { WatchedExporter } from './watched-exporter.js';

/** Spans that wait to be sent; what comes on top while the collector is away is dropped. */
const QUEUE = {
  maxQueueSize: 4096,
  // Batches are turned into JSON at one go: small ones, so that no request waits for long.
  maxExportBatchSize: 256,
  scheduledDelayMillis: 1_000,
};
/** For one batch, all tries together. */
const EXPORT_TIMEOUT_MS = 5_000;
/** What the end of the process waits for the last spans. */
const LAST_EXPORT_MS = 3_000;

/** What records spans and sends them in the background, and how to end that. */
export function openExport({ url, headers, resource, ratio }: TraceExport): {
  recorder: Recorder;
  close: () => Promise<void>;
} {
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_TIMEOUT_MS });
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(resource)),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor(new WatchedExporter(exporter), { ...QUEUE, exportTimeoutMillis: 2 * EXPORT_TIMEOUT_MS }),
    ],
  });
  const close = async () => {
    const patience = new AbortController();
    const sent = provider.shutdown().catch(() => undefined);
    await Promise.race([sent, sleep(LAST_EXPORT_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
  };
  return { recorder: new OtelRecorder(provider.getTracer('barong')), close };
}
