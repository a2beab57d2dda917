import { Body, Controller, Get, Header, HttpCode, Post, Query, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ConfirmationService } from '../accounts/confirmation.service.js';
import { SameOrigin } from '../auth/same-origin.guard.js';
import { AppError } from '../common/app-error.js';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { Config } from '../config/config.js';
import { PageErrors } from '../oauth/pages/page-errors.filter.js';
import { renderPage } from '../ui/layout.js';
import { type ConfirmationState, confirmationPage } from './pages/confirmation.page.js';

class ConfirmationToken {
  @OptionalText({ max: 256 }) confirmation_token?: string;
}

/** Where the link of a confirmation mail leads. Mail scanners follow links, so opening it changes nothing. */
@ApiExcludeController()
@Controller('confirm')
@UseGuards(SameOrigin)
@UseFilters(PageErrors)
export class ConfirmationController {
  constructor(
    private readonly config: Config,
    private readonly confirmations: ConfirmationService,
  ) {}

  @Get()
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  ask(@Query() query: ConfirmationToken): string {
    const token = query.confirmation_token;
    return this.page(token === undefined ? { kind: 'invalid' } : { kind: 'ask', token });
  }

  @Post()
  @HttpCode(200)
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  async confirm(@Body() body: ConfirmationToken, @Origin() origin: RequestOrigin): Promise<string> {
    try {
      await this.confirmations.confirm(body.confirmation_token ?? '', origin);
      return this.page({ kind: 'done' });
    } catch (error) {
      if (error instanceof AppError && error.status === 422) return this.page({ kind: 'invalid' });
      throw error;
    }
  }

  private page(state: ConfirmationState): string {
    return renderPage(confirmationPage(this.config.appName, state));
  }
}
