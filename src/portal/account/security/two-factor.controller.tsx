import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../../common/principal.js';
import { Origin, type RequestOrigin } from '../../../common/request-origin.js';
import { OptionalText } from '../../../common/validation.js';
import { FormPage } from '../../../pages/page.decorator.js';
import { Pages } from '../../../pages/pages.service.js';
import { EnrolmentsService } from '../../../security/enrolments.service.js';
import { ReauthenticationService } from '../../../security/reauthentication.service.js';
import { OwnSecondFactor } from './own-second-factor.service.js';
import { RecoveryCodesPage } from './pages/recovery-codes.page.js';
import { EnrolmentPage, EnterCodePage, SetUpPage } from './pages/set-up.pages.js';
import { RenewedSessions } from './renewed-sessions.service.js';

const OVERVIEW = '/account/security';

class CodeForm {
  @OptionalText({ max: 64 }) code?: string;
}

/** Turning the second factor on: what will happen, the picture to scan, the code that proves it arrived. */
@FormPage()
@Controller('account/security/two-factor')
export class TwoFactorPageController {
  constructor(
    private readonly pages: Pages,
    private readonly reauthentication: ReauthenticationService,
    private readonly enrolments: EnrolmentsService,
    private readonly factors: OwnSecondFactor,
    private readonly renewed: RenewedSessions,
  ) {}

  @Get()
  @RequiresPage()
  async explain(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    if (principal.account.otpEnabled) return response.redirect(303, OVERVIEW);
    await this.reauthentication.assert(principal, undefined);
    this.pages.show(request, response, <SetUpPage />);
  }

  /** Makes a secret that is not in force yet, so it is a POST; each one takes the place of the one before. */
  @Post()
  @HttpCode(200)
  @RequiresPage()
  async begin(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    if (principal.account.otpEnabled) return response.redirect(303, OVERVIEW);
    await this.reauthentication.assert(principal, undefined);
    const { url, png } = await this.enrolments.begin(principal);
    const secret = new URL(url).searchParams.get('secret') ?? '';
    this.pages.show(request, response, <EnrolmentPage secret={secret} png={png} />);
  }

  @Post('enable')
  @HttpCode(200)
  @RequiresPage()
  async enable(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { code = '' }: CodeForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    if (principal.account.otpEnabled) return response.redirect(303, OVERVIEW);
    await this.reauthentication.assert(principal, undefined);
    try {
      const { codes, person } = await this.factors.enable(principal, code, origin);
      await this.renewed.open(request, response, principal, person);
      this.pages.show(request, response, <RecoveryCodesPage codes={codes} isNew />);
    } catch (error) {
      this.pages.showAgain(request, response, error, (problem) => <EnterCodePage problem={problem} />);
    }
  }
}
