import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../../common/app-error.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../../common/principal.js';
import { Origin, type RequestOrigin } from '../../../common/request-origin.js';
import { OptionalText } from '../../../common/validation.js';
import { FormPage } from '../../../pages/page.decorator.js';
import { Pages } from '../../../pages/pages.service.js';
import { OwnSecondFactor } from './own-second-factor.service.js';
import { type FactorChange, FactorChangePage } from './pages/factor-change.page.js';
import { RecoveryCodesPage } from './pages/recovery-codes.page.js';
import { RenewedSessions } from './renewed-sessions.service.js';

const OVERVIEW = '/account/security';

class BothFactorsForm {
  @OptionalText({ numbers: false, anyCharacters: true }) password?: string;
  @OptionalText({ max: 64 }) code?: string;
}

/** What takes both factors in one form, however recent the sign-in: turning the second one off, new recovery codes. */
@FormPage()
@Controller('account/security')
export class SecondFactorChangesController {
  constructor(
    private readonly pages: Pages,
    private readonly factors: OwnSecondFactor,
    private readonly renewed: RenewedSessions,
  ) {}

  @Get('two-factor/off')
  @RequiresPage()
  askOff(@Req() request: Request, @Res() response: Response, @CurrentPrincipal() principal: Principal): void {
    this.ask(request, response, principal, 'off');
  }

  @Post('two-factor/off')
  @RequiresPage()
  async turnOff(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { password = '', code = '' }: BothFactorsForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    try {
      await this.factors.disable(principal, { password, code }, origin);
      response.redirect(303, `${OVERVIEW}?done=two-factor-off`);
    } catch (error) {
      await this.endAfterGuesses(request, response, principal, error);
      this.pages.showAgain(request, response, error, (problem) => <FactorChangePage change="off" problem={problem} />);
    }
  }

  @Get('recovery-codes')
  @RequiresPage()
  askCodes(@Req() request: Request, @Res() response: Response, @CurrentPrincipal() principal: Principal): void {
    this.ask(request, response, principal, 'codes');
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @RequiresPage()
  async replaceCodes(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { password = '', code = '' }: BothFactorsForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    try {
      const codes = await this.factors.replaceRecoveryCodes(principal, { password, code }, origin);
      this.pages.show(request, response, <RecoveryCodesPage codes={codes} />);
    } catch (error) {
      await this.endAfterGuesses(request, response, principal, error);
      const page = (problem: string) => <FactorChangePage change="codes" problem={problem} />;
      this.pages.showAgain(request, response, error, page);
    }
  }

  /** After wrong passwords the session is over (CONTROLS C-16); wrong codes came with the right one. */
  private async endAfterGuesses(request: Request, response: Response, principal: Principal, error: unknown) {
    if (error instanceof AppError && error.code === 'request.too_many') {
      await this.renewed.end(request, response, principal);
    }
  }

  private ask(request: Request, response: Response, { account }: Principal, change: FactorChange): void {
    if (!account.otpEnabled) return response.redirect(303, OVERVIEW);
    this.pages.show(request, response, <FactorChangePage change={change} />);
  }
}
