import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Config } from '../../config/config.js';
import { dataSourceOptions } from './data-source-options.js';
import { Database } from './database.service.js';
import { GaugeSources } from '../metrics/gauge-sources.service.js';
import { poolConnections, poolSize, poolWaiting } from '../metrics/metrics.js';
import { PagedLists } from './paged-lists.service.js';
import { RestoreEndings } from './restore-endings.service.js';
import { SchemaService } from './schema.service.js';

/** The connection to PostgreSQL. */
@Global()
@Module({})
export class DatabaseModule {
  constructor(database: Database, gauges: GaugeSources) {
    gauges.add(() => {
      const { size, open, idle, waiting } = database.load;
      poolSize.set(size);
      poolConnections.set({ state: 'busy' }, open - idle);
      poolConnections.set({ state: 'idle' }, idle);
      poolWaiting.set(waiting);
    });
  }

  static of(config: Config): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(config), autoLoadEntities: true, retryAttempts: 0 })],
      providers: [Database, PagedLists, RestoreEndings, SchemaService],
      exports: [Database, PagedLists, RestoreEndings, SchemaService],
    };
  }
}
