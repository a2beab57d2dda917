import { Global, Module } from '@nestjs/common';
import { GaugeSources } from './gauge-sources.service.js';
import { MetricsServer } from './metrics-server.js';

/** What is counted, and where it is told. */
@Global()
@Module({ providers: [GaugeSources, MetricsServer], exports: [GaugeSources] })
export class MetricsModule {}
