import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { originOf } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { localPath } from '../../pages/local-path.js';
import { FormPage } from '../../pages/page.decorator.js';
import { PhoneAdditionService } from '../../phones/phone-addition.service.js';
import { PhoneVerificationService } from '../../phones/phone-verification.service.js';
import { PhonePages } from './phone-pages.service.js';
import { pathWith } from './path-with.js';

const PATH = '/account/phone';

class PhoneQuery {
  @OptionalText({ max: 2048 }) return_to?: string;
  @OptionalText({ max: 16 }) done?: string;
}

// Odd characters pass on: what is no number or code is told in the page's own words.
class PhoneForm {
  @OptionalText({ anyCharacters: true }) phone_number?: string;
  @OptionalText({ anyCharacters: true }) verification_code?: string;
}

/** The owner's phone numbers: added, and verified with the code of an SMS. */
@FormPage()
@Controller('account/phone')
export class PhoneController {
  constructor(
    private readonly pages: PhonePages,
    private readonly additions: PhoneAdditionService,
    private readonly verifications: PhoneVerificationService,
  ) {}

  @Get()
  @RequiresPage()
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { return_to: back, done }: PhoneQuery,
  ): Promise<void> {
    await this.pages.show({ request, response, principal, returnTo: localPath(back) }, { done });
  }

  /** Also for another code. */
  @Post()
  @RequiresPage()
  async add(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { return_to: back }: PhoneQuery,
    @Body() { phone_number: number = '' }: PhoneForm,
  ): Promise<void> {
    const returnTo = localPath(back);
    try {
      await this.additions.add(principal, number, originOf(request));
    } catch (error) {
      return this.pages.showRefused({ request, response, principal, returnTo }, error, number);
    }
    response.redirect(303, pathWith(PATH, { done: 'sent', return_to: returnTo }));
  }

  @Post('verify')
  @RequiresPage()
  async verify(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { return_to: back }: PhoneQuery,
    @Body() { phone_number: number = '', verification_code: code = '' }: PhoneForm,
  ): Promise<void> {
    const returnTo = localPath(back);
    const visit = { request, response, principal, returnTo };
    // A form sent too early should not use up one of the few tries.
    if (code.trim() === '') return this.pages.show(visit, { isCodeMissing: true });
    try {
      await this.verifications.verify(principal, number, code, originOf(request));
    } catch (error) {
      return this.pages.showRefused(visit, error);
    }
    response.redirect(303, returnTo ?? pathWith(PATH, { done: 'verified' }));
  }

  /** Where somebody gets who opens the address of a refused form again, or chooses another language there. */
  @Get('verify')
  @RequiresPage()
  backToForm(@Res() response: Response, @Query() { return_to: back }: PhoneQuery): void {
    response.redirect(303, pathWith(PATH, { return_to: localPath(back) }));
  }
}
