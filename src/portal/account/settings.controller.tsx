import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EmailChangeRequestsService } from '../../accounts/email-change-requests.service.js';
import type { AppError } from '../../common/app-error.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { ReauthenticationService } from '../../security/reauthentication.service.js';
import { DataExport } from './data-export.service.js';
import { type SettingsDone, SettingsPage } from './pages/settings.page.js';

const DONE: Readonly<Record<string, SettingsDone>> = { sent: 'sent', cancelled: 'cancelled' };

class Outcome {
  @OptionalText({ max: 32 }) done?: string;
}

class NewAddress {
  @OptionalText({ anyCharacters: true }) new_email?: string;
}

/** The address of an account, and its data. All but giving up needs fresh authentication (CONTROLS 1). */
@FormPage()
@Controller('account/settings')
export class SettingsController {
  constructor(
    private readonly pages: Pages,
    private readonly changes: EmailChangeRequestsService,
    private readonly dataExport: DataExport,
    private readonly reauthentication: ReauthenticationService,
  ) {}

  @Get()
  @RequiresPage()
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { done = '' }: Outcome,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    const { id, email } = principal.account;
    const pending = await this.changes.findPending(id);
    const said = Object.hasOwn(DONE, done) ? DONE[done] : undefined;
    this.pages.show(request, response, <SettingsPage email={email} pending={pending} done={said} />);
  }

  /** The same answer whether or not another account has the address. */
  @Post('email')
  @RequiresPage()
  async changeEmail(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { new_email: typed = '' }: NewAddress,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    try {
      await this.changes.request(principal, typed, origin);
      response.redirect(303, '/account/settings?done=sent');
    } catch (error) {
      const { id, email } = principal.account;
      const pending = await this.changes.findPending(id);
      this.pages.showAgain(request, response, error, (problem) => (
        <SettingsPage {...{ email, pending, typed }} problem={this.wordsFor(request, error, problem)} />
      ));
    }
  }

  @Post('email/cancel')
  @RequiresPage()
  async cancelEmail(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.changes.cancel(principal, origin);
    response.redirect(303, '/account/settings?done=cancelled');
  }

  /** A POST, since it is recorded and must not be opened by a link. */
  @Post('export')
  @HttpCode(200)
  @RequiresPage()
  async exportData(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    const data = await this.dataExport.of(principal, origin);
    response.set({
      'Content-Disposition': `attachment; filename="account-${principal.account.uid}.json"`,
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.send(`${JSON.stringify(data, null, 2)}\n`);
  }

  private wordsFor(request: Request, error: unknown, otherwise: string): string {
    const { invalid, same, tooMany } = this.pages.textsFor(request).belongings.settings.email;
    const words: Readonly<Record<string, string>> = {
      'email_change.invalid_address': invalid,
      'email_change.same_address': same,
    };
    const { status, code } = error as AppError;
    return status === 429 ? tooMany : (words[code] ?? otherwise);
  }
}
