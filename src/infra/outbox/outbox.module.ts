import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CleanUps } from '../queue/clean-ups.service.js';
import { DevelopmentOutbox } from './development-outbox.service.js';
import { OutboxMessage } from './outbox-message.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([OutboxMessage])],
  providers: [DevelopmentOutbox],
  exports: [DevelopmentOutbox],
})
export class OutboxModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add({ table: 'outbox_messages', expired: `created_at < now() - interval '30 days'` });
  }
}
