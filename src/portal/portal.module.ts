import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { OutboxModule } from '../infra/outbox/outbox.module.js';
import { OutboxController } from './outbox.controller.js';

/** Pages for people. */
@Module({})
export class PortalModule {
  static of(config: Config): DynamicModule {
    return {
      module: PortalModule,
      imports: [OutboxModule],
      controllers: config.isProduction ? [] : [OutboxController],
    };
  }
}
