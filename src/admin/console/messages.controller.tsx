import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AppError } from '../../common/app-error.js';
import { PageQuery } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { OutboxService } from '../outbox.service.js';
import { wordFor } from './done-words.js';
import { MessagesPage } from './pages/messages.page.js';

class ListQuery extends PageQuery {
  @OptionalText({ max: 32 }) done?: string;
}

class RetryForm {
  @OptionalText({ max: 128 }) task?: string;
}

/** Mails, messages and other tasks that did not get out, for admins. */
@FormPage()
@Controller('admin/messages')
export class ConsoleMessagesController {
  constructor(
    private readonly pages: Pages,
    private readonly outbox: OutboxService,
  ) {}

  @Get()
  @RequiresPage('admin')
  async list(@Req() request: Request, @Res() response: Response, @Query() query: ListQuery): Promise<void> {
    const [list, counts] = await this.read(query);
    const done = wordFor(this.pages.textsFor(request).consoleSettings.messages.done, query.done);
    this.pages.show(request, response, <MessagesPage list={list} counts={counts} done={done} />);
  }

  @Post('retry')
  @RequiresPage('admin')
  async retryAll(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { task = '' }: RetryForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.answer(request, response, 'all', () => this.outbox.retryAll(principal, task, origin));
  }

  @Post(':id/retry')
  @RequiresPage('admin')
  async retry(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.answer(request, response, 'one', () => this.outbox.retry(principal, id, origin));
  }

  private async answer(
    request: Request,
    response: Response,
    done: string,
    work: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await work();
      response.redirect(303, `/admin/messages?done=${done}`);
    } catch (error) {
      const [list, counts] = await this.read({});
      this.pages.showAgain(request, response, error, (problem) => {
        const { gone } = this.pages.textsFor(request).consoleSettings.messages;
        const isGone = (error as AppError).code === 'dead_letter.not_found';
        return <MessagesPage list={list} counts={counts} problem={isGone ? gone : problem} />;
      });
    }
  }

  private read(query: PageQuery) {
    return Promise.all([this.outbox.listDead(query), this.outbox.countByTask()]);
  }
}
