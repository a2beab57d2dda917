import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DevelopmentOutbox } from './development-outbox.service.js';
import { OutboxMessage } from './outbox-message.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([OutboxMessage])],
  providers: [DevelopmentOutbox],
  exports: [DevelopmentOutbox],
})
export class OutboxModule {}
