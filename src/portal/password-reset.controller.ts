import { Body, Controller, Get, Header, HttpCode, Post, Query, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SameOrigin } from '../auth/same-origin.guard.js';
import { AppError } from '../common/app-error.js';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { Config } from '../config/config.js';
import { PageErrors } from '../oauth/pages/page-errors.filter.js';
import { PasswordResetRequestsService } from '../security/password-reset-requests.service.js';
import { PasswordResetService } from '../security/password-reset.service.js';
import { renderPage } from '../ui/layout.js';
import { forgotPasswordPage } from './pages/forgot-password.page.js';
import { type ResetState, resetPasswordPage } from './pages/reset-password.page.js';

const HTML = 'text/html; charset=utf-8';

class ReturnTo {
  @OptionalText({ max: 512 }) return_to?: string;
}

class ForgottenRequest extends ReturnTo {
  @OptionalText() email?: string;
}

class ResetLink {
  @OptionalText({ max: 256 }) reset_password_token?: string;
}

class NewPassword extends ResetLink {
  @OptionalText({ numbers: false, anyCharacters: true }) password?: string;
}

/** A forgotten password: ask for a link, follow it, choose a new one. */
@ApiExcludeController()
@Controller()
@UseGuards(SameOrigin)
@UseFilters(PageErrors)
export class PasswordResetPagesController {
  constructor(
    private readonly config: Config,
    private readonly requests: PasswordResetRequestsService,
    private readonly resets: PasswordResetService,
  ) {}

  @Get('forgot-password')
  @Public()
  @Header('Content-Type', HTML)
  forgotten(@Query() query: ReturnTo): string {
    return renderPage(forgotPasswordPage(this.config.appName, 'ask', localPath(query.return_to)));
  }

  @Post('forgot-password')
  @HttpCode(200)
  @Public()
  @Header('Content-Type', HTML)
  async sendLink(@Body() body: ForgottenRequest): Promise<string> {
    await this.requests.request(body.email ?? '');
    return renderPage(forgotPasswordPage(this.config.appName, 'sent', localPath(body.return_to)));
  }

  @Get('reset-password')
  @Public()
  @Header('Content-Type', HTML)
  choose(@Query() query: ResetLink): string {
    const token = query.reset_password_token;
    return this.page(token === undefined ? { kind: 'invalid' } : { kind: 'choose', token });
  }

  @Post('reset-password')
  @HttpCode(200)
  @Public()
  @Header('Content-Type', HTML)
  async reset(@Body() body: NewPassword, @Origin() origin: RequestOrigin): Promise<string> {
    const token = body.reset_password_token ?? '';
    try {
      await this.resets.redeem(token, body.password ?? '', origin);
      return this.page({ kind: 'done' });
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      if (error.status === 404) return this.page({ kind: 'invalid' });
      return this.page({ kind: 'choose', token, problem: error.sentences.join('. ') });
    }
  }

  private page(state: ResetState): string {
    return renderPage(resetPasswordPage(this.config.appName, state));
  }
}

/** Where the page may lead back to: a path of this server, nothing else (CONTROLS C-46). */
function localPath(path: string | undefined): string | undefined {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
}
