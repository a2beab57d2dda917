import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountDeletionService } from '../../accounts/account-deletion.service.js';
import { AppError } from '../../common/app-error.js';
import { type AuthenticatedRequest, CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { ReauthenticationService } from '../../security/reauthentication.service.js';
import { DeletedPage, DeletionPage } from './pages/deletion.page.js';
import { RenewedSessions } from './security/renewed-sessions.service.js';

class Confirmation {
  @OptionalText({ anyCharacters: true }) email?: string;
  @OptionalText({ numbers: false, anyCharacters: true }) password?: string;
}

/** The end of an account at its owner's wish: a recent sign-in, the password again, and the address typed out. */
@FormPage()
@Controller('account/settings/delete')
export class AccountDeletionController {
  constructor(
    private readonly pages: Pages,
    private readonly deletions: AccountDeletionService,
    private readonly sessions: RenewedSessions,
    private readonly reauthentication: ReauthenticationService,
  ) {}

  @Get()
  @RequiresPage()
  async ask(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    this.pages.show(request, response, <DeletionPage />);
  }

  @Post()
  @HttpCode(200)
  @RequiresPage()
  async delete(
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { email: typedEmail = '', password = '' }: Confirmation,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    try {
      await this.deletions.deleteOwn(principal, { password, typedEmail }, origin);
    } catch (error) {
      // Whoever guesses is not the owner, or had better sign in anew (CONTROLS C-16).
      if (error instanceof AppError && error.status === 429) await this.sessions.end(request, response, principal);
      return this.pages.showAgain(request, response, error, (problem) => (
        <DeletionPage typed={typedEmail} problem={this.wordsFor(request, error, problem)} />
      ));
    }
    await this.sessions.end(request, response, principal);
    this.pages.show(request, response, <DeletedPage />);
  }

  private wordsFor(request: Request, error: unknown, otherwise: string): string {
    const { mismatch, lastAdmin, tooMany } = this.pages.textsFor(request).belongings.settings.deletion;
    const words: Readonly<Record<string, string>> = {
      'account.deletion_not_confirmed': mismatch,
      'account.last_admin': lastAdmin,
    };
    const { status, code } = error as AppError;
    return status === 429 ? tooMany : (words[code] ?? otherwise);
  }
}
