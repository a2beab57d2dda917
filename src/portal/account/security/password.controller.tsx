import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../../common/app-error.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../../common/principal.js';
import { Origin, type RequestOrigin } from '../../../common/request-origin.js';
import { OptionalText } from '../../../common/validation.js';
import { FormPage } from '../../../pages/page.decorator.js';
import { Pages } from '../../../pages/pages.service.js';
import { OwnPassword } from './own-password.service.js';
import { PasswordPage } from './pages/password.page.js';
import { RenewedSessions } from './renewed-sessions.service.js';

class PasswordForm {
  @OptionalText({ numbers: false, anyCharacters: true }) current_password?: string;
  @OptionalText({ numbers: false, anyCharacters: true }) new_password?: string;
  @OptionalText({ max: 64 }) code?: string;
}

/** A new password; the current one in the same form is proof enough of who asks. */
@FormPage()
@Controller('account/security/password')
export class PasswordPageController {
  constructor(
    private readonly pages: Pages,
    private readonly passwords: OwnPassword,
    private readonly renewed: RenewedSessions,
  ) {}

  @Get()
  @RequiresPage()
  show(@Req() request: Request, @Res() response: Response, @CurrentPrincipal() { account }: Principal): void {
    this.pages.show(request, response, <PasswordPage asksForCode={account.otpEnabled} />);
  }

  @Post()
  @RequiresPage()
  async change(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { current_password: current = '', new_password: chosen = '', code = '' }: PasswordForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    try {
      const person = await this.passwords.change(principal, { current, chosen, code }, origin);
      await this.renewed.open(request, response, principal, person);
      response.redirect(303, person ? '/account/security?done=password' : '/sign-in');
    } catch (error) {
      // Whoever guesses is not the owner, or had better sign in anew (CONTROLS C-16).
      if (error instanceof AppError && error.status === 429) await this.renewed.end(request, response, principal);
      const asksForCode = principal.account.otpEnabled;
      const page = (problem: string) => <PasswordPage asksForCode={asksForCode} problem={problem} />;
      this.pages.showAgain(request, response, error, page);
    }
  }
}
