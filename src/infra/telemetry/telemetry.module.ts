import { Global, Module } from '@nestjs/common';
import { SchemaService } from '../database/schema.service.js';
import { GaugeSources } from '../metrics/gauge-sources.service.js';
import { ready } from '../metrics/metrics.js';
import { CleanUps } from '../queue/clean-ups.service.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.service.js';
import { ProxySightings, SIGHTINGS_KEPT } from './proxy-sightings.service.js';

@Global()
@Module({
  controllers: [HealthController],
  providers: [Lifecycle, ProxySightings],
  exports: [Lifecycle, ProxySightings],
})
export class TelemetryModule {
  constructor(schema: SchemaService, lifecycle: Lifecycle, gauges: GaugeSources, cleanUps: CleanUps) {
    cleanUps.add({ table: 'proxy_sightings', expired: `seen_at < now() - ${SIGHTINGS_KEPT}` });
    gauges.add(async () => {
      const isCurrent = await schema.isCurrent().catch(() => false);
      ready.set(isCurrent && !lifecycle.isDraining ? 1 : 0);
    });
  }
}
