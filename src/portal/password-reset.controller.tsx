import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DeviceCookie } from '../accounts/device-cookie.service.js';
import { AppError } from '../common/app-error.js';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { localPath } from '../pages/local-path.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { PasswordResetRequestsService } from '../security/password-reset-requests.service.js';
import { PasswordResetService } from '../security/password-reset.service.js';
import { ForgotPasswordPage } from './pages/forgot-password.page.js';
import { type ResetState, ResetPasswordPage } from './pages/reset-password.page.js';

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
@FormPage()
@Controller()
export class PasswordResetPagesController {
  constructor(
    private readonly pages: Pages,
    private readonly requests: PasswordResetRequestsService,
    private readonly resets: PasswordResetService,
    private readonly devices: DeviceCookie,
  ) {}

  @Get('forgot-password')
  @Public()
  forgotten(@Req() request: Request, @Res() response: Response, @Query() query: ReturnTo): void {
    const page = <ForgotPasswordPage isSent={false} returnTo={localPath(query.return_to)} />;
    this.pages.show(request, response, page);
  }

  @Post('forgot-password')
  @Public()
  async sendLink(
    @Req() request: Request,
    @Res() response: Response,
    @Body() body: ForgottenRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.requests.request(body.email ?? '', origin, this.devices.read(request));
    this.pages.show(request, response, <ForgotPasswordPage isSent returnTo={localPath(body.return_to)} />);
  }

  @Get('reset-password')
  @Public()
  choose(@Req() request: Request, @Res() response: Response, @Query() query: ResetLink): void {
    const token = query.reset_password_token;
    this.show(request, response, token === undefined ? { kind: 'invalid' } : { kind: 'choose', token });
  }

  @Post('reset-password')
  @Public()
  async reset(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { reset_password_token: token = '', password = '' }: NewPassword,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    try {
      await this.resets.redeem(token, password, origin);
      this.show(request, response, { kind: 'done' });
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      if (error.status === 404) return this.show(request, response, { kind: 'invalid' });
      this.show(request, response, { kind: 'choose', token, problem: this.pages.problemOf(request, error) });
    }
  }

  private show(request: Request, response: Response, state: ResetState): void {
    this.pages.show(request, response, <ResetPasswordPage state={state} />);
  }
}
