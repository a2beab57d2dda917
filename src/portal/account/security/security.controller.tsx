import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../../common/principal.js';
import { OptionalText } from '../../../common/validation.js';
import { FormPage } from '../../../pages/page.decorator.js';
import { Pages } from '../../../pages/pages.service.js';
import { PasskeysService } from '../../../passkeys/passkeys.service.js';
import { SecurityPage } from './pages/security.page.js';

class SecurityQuery {
  @OptionalText({ max: 32 }) done?: string;
  /** `required` where staff were sent here from a page of theirs. */
  @OptionalText({ max: 32 }) second_factor?: string;
}

/** How the owner of an account signs in. */
@FormPage()
@Controller('account/security')
export class SecurityPageController {
  constructor(
    private readonly pages: Pages,
    private readonly passkeys: PasskeysService,
  ) {}

  @Get()
  @RequiresPage()
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() { account }: Principal,
    @Query() { done, second_factor: factor }: SecurityQuery,
  ): Promise<void> {
    const passkeys = await this.passkeys.listOf(account.id);
    const needsFactor = factor === 'required' && account.role !== 'member';
    const page = (
      <SecurityPage otpEnabled={account.otpEnabled} passkeys={passkeys} done={done} needsFactor={needsFactor} />
    );
    this.pages.show(request, response, page);
  }
}
