import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../common/principal.js';
import { OptionalText } from '../common/validation.js';
import { DevelopmentOutbox } from '../infra/outbox/development-outbox.service.js';
import type { OutboxMessage } from '../infra/outbox/outbox-message.entity.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { OutboxPage } from './pages/outbox.page.js';

class OutboxQuery {
  @OptionalText({ max: 254 }) to?: string;
}

/** The development outbox, for people and for programs. Its module is not loaded in production. */
@FormPage()
@Controller('dev')
export class OutboxController {
  constructor(
    private readonly pages: Pages,
    private readonly outbox: DevelopmentOutbox,
  ) {}

  @Get('outbox')
  @Public()
  async page(@Req() request: Request, @Res() response: Response, @Query() { to }: OutboxQuery): Promise<void> {
    this.pages.show(request, response, <OutboxPage messages={await this.outbox.listFor(to)} to={to} />);
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
