import type { Config } from '../../config/config.js';
import { recordBy } from './spans.js';

let close: (() => Promise<void>) | undefined;

/** Begins to export traces where OTEL_EXPORTER_OTLP_ENDPOINT is set; OpenTelemetry is loaded only then. */
export async function startTracing({ traces }: Config): Promise<void> {
  if (!traces) return;
  const { openExport } = await import('./otel/export.js');
  const opened = openExport(traces);
  recordBy(opened.recorder);
  ({ close } = opened);
}

/** Sends what was not sent yet, as far as that takes little time. */
export async function stopTracing(): Promise<void> {
  recordBy(undefined);
  await close?.();
  close = undefined;
}
