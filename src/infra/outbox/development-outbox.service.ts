import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { OutboxMessage } from './outbox-message.entity.js';

const NEWEST = 200;

/** Keeps what a development server would have sent, for a person or a test to read. */
@Injectable()
export class DevelopmentOutbox {
  constructor(@InjectRepository(OutboxMessage) private readonly messages: Repository<OutboxMessage>) {}

  /** Putting the same id twice keeps the first: a job that is repeated does not send again. */
  async put(message: Omit<OutboxMessage, 'createdAt'>): Promise<void> {
    await this.messages.createQueryBuilder().insert().values(message).orIgnore().execute();
  }

  /** Newest first; all recipients when none is given. */
  listFor(recipient?: string): Promise<OutboxMessage[]> {
    return this.messages.find({
      where: recipient === undefined ? {} : { recipient },
      order: { createdAt: 'DESC' },
      take: NEWEST,
    });
  }
}
