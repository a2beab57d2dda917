import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EmailChangeService } from '../../accounts/email-change.service.js';
import { AppError } from '../../common/app-error.js';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { EmailChangePage, EmailRevertPage, type LinkState } from './pages/email-links.page.js';

class ChangeToken {
  @OptionalText({ max: 256 }) email_change_token?: string;
}

class RevertToken {
  @OptionalText({ max: 256 }) email_revert_token?: string;
}

/** Where the links of a change of address lead. Mail scanners follow links, so opening them changes nothing. */
@FormPage()
@Controller()
export class EmailLinksController {
  constructor(
    private readonly pages: Pages,
    private readonly changes: EmailChangeService,
  ) {}

  @Get('confirm-email')
  @Public()
  askChange(@Req() request: Request, @Res() response: Response, @Query() query: ChangeToken): void {
    this.pages.show(request, response, <EmailChangePage state={askedFor(query.email_change_token)} />);
  }

  @Post('confirm-email')
  @HttpCode(200)
  @Public()
  async change(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { email_change_token: token = '' }: ChangeToken,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const state = await outcomeOf(() => this.changes.confirm(token, origin));
    this.pages.show(request, response, <EmailChangePage state={state} />);
  }

  @Get('revert-email')
  @Public()
  askRevert(@Req() request: Request, @Res() response: Response, @Query() query: RevertToken): void {
    this.pages.show(request, response, <EmailRevertPage state={askedFor(query.email_revert_token)} />);
  }

  @Post('revert-email')
  @HttpCode(200)
  @Public()
  async revert(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { email_revert_token: token = '' }: RevertToken,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const state = await outcomeOf(() => this.changes.revert(token, origin));
    this.pages.show(request, response, <EmailRevertPage state={state} />);
  }
}

const askedFor = (token: string | undefined): LinkState =>
  token === undefined ? { kind: 'invalid' } : { kind: 'ask', token };

async function outcomeOf(work: () => Promise<void>): Promise<LinkState> {
  try {
    await work();
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 422) throw error;
    return { kind: error.code === 'email_change.taken' ? 'taken' : 'invalid' };
  }
}
