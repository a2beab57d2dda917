import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SchemaService } from '../database/schema.service.js';
import { atMostEvery } from '../metrics/at-most-every.js';
import { GaugeSources } from '../metrics/gauge-sources.service.js';
import { ready } from '../metrics/metrics.js';
import { CleanUps } from '../queue/clean-ups.service.js';
import { stopTracing } from '../tracing/tracing.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.service.js';
import { ProxySightings, SIGHTINGS_KEPT } from './proxy-sightings.service.js';

/** However many ask for the metrics; that the process is about to end is told at once. */
const EVERY_MS = 5_000;

@Global()
@Module({
  controllers: [HealthController],
  providers: [Lifecycle, ProxySightings],
  exports: [Lifecycle, ProxySightings],
})
export class TelemetryModule implements OnApplicationShutdown {
  constructor(schema: SchemaService, lifecycle: Lifecycle, gauges: GaugeSources, cleanUps: CleanUps) {
    cleanUps.add({ table: 'proxy_sightings', expired: `seen_at < now() - ${SIGHTINGS_KEPT}` });
    let isUsable = false;
    const look = atMostEvery(EVERY_MS, async () => {
      isUsable = false;
      isUsable = await schema.isUsable();
    });
    gauges.add(async () => {
      await look().catch(() => undefined);
      ready.set(isUsable && !lifecycle.isDraining ? 1 : 0);
    });
  }

  /** When requests and jobs are over, so that those of the very end are exported, too. */
  async onApplicationShutdown(): Promise<void> {
    await stopTracing();
  }
}
