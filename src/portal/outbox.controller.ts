import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../common/principal.js';
import { OptionalText } from '../common/validation.js';
import { Config } from '../config/config.js';
import { DevelopmentOutbox } from '../infra/outbox/development-outbox.service.js';
import type { OutboxMessage } from '../infra/outbox/outbox-message.entity.js';
import { renderPage } from '../ui/layout.js';
import { outboxPage } from './pages/outbox.page.js';

class OutboxQuery {
  @OptionalText({ max: 254 }) to?: string;
}

/** The development outbox, for people and for programs. Its module is not loaded in production. */
@ApiExcludeController()
@Controller('dev')
export class OutboxController {
  constructor(
    private readonly config: Config,
    private readonly outbox: DevelopmentOutbox,
  ) {}

  @Get('outbox')
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  async page(@Query() query: OutboxQuery): Promise<string> {
    const messages = await this.outbox.listFor(query.to);
    return renderPage(outboxPage(this.config.appName, messages, query.to));
  }

  @Get('outbox.json')
  @Public()
  async json(@Query() query: OutboxQuery) {
    return (await this.outbox.listFor(query.to)).map(toJson);
  }
}

function toJson(message: OutboxMessage) {
  const { id, channel, recipient, subject, text, html, createdAt } = message;
  return { id, channel, to: recipient, subject, text, html, created_at: createdAt.toISOString() };
}
