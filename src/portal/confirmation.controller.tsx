import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ConfirmationMailsService } from '../accounts/confirmation-mails.service.js';
import { ConfirmationService } from '../accounts/confirmation.service.js';
import { AppError } from '../common/app-error.js';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { ConfirmationPage, ResendPage } from './pages/confirmation.page.js';

class ConfirmationToken {
  @OptionalText({ max: 256 }) confirmation_token?: string;
}

class Address {
  @OptionalText() email?: string;
}

/** Where the link of a confirmation mail leads. Mail scanners follow links, so opening it changes nothing. */
@FormPage()
@Controller('confirm')
export class ConfirmationController {
  constructor(
    private readonly pages: Pages,
    private readonly confirmations: ConfirmationService,
    private readonly mails: ConfirmationMailsService,
  ) {}

  @Get()
  @Public()
  ask(@Req() request: Request, @Res() response: Response, @Query() query: ConfirmationToken): void {
    const token = query.confirmation_token;
    const state = token === undefined ? ({ kind: 'invalid' } as const) : ({ kind: 'ask', token } as const);
    this.pages.show(request, response, <ConfirmationPage state={state} />);
  }

  @Post()
  @Public()
  async confirm(
    @Req() request: Request,
    @Res() response: Response,
    @Body() body: ConfirmationToken,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    try {
      await this.confirmations.confirm(body.confirmation_token ?? '', origin);
      this.pages.show(request, response, <ConfirmationPage state={{ kind: 'done' }} />);
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 422) throw error;
      this.pages.show(request, response, <ConfirmationPage state={{ kind: 'invalid' }} />);
    }
  }

  @Get('again')
  @Public()
  askAgain(@Req() request: Request, @Res() response: Response): void {
    this.pages.show(request, response, <ResendPage isSent={false} />);
  }

  /** The same answer whether or not there is such an account (CONTROLS C-04). */
  @Post('again')
  @Public()
  async sendAgain(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { email = '' }: Address,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.mails.requestAgain(email, origin);
    this.pages.show(request, response, <ResendPage isSent />);
  }
}
