import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { ConsentWithdrawalService } from '../../oauth/consent-withdrawal.service.js';
import { ConsentsService } from '../../oauth/consents.service.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { ApplicationsPage } from './pages/applications.page.js';

class Outcome {
  @OptionalText({ max: 32 }) done?: string;
}

class Choice {
  @OptionalText({ max: 255 }) application?: string;
}

/** What somebody has authorised, and takes back (CONTROLS C-40). */
@FormPage()
@Controller('account/applications')
export class ApplicationsPageController {
  constructor(
    private readonly pages: Pages,
    private readonly consents: ConsentsService,
    private readonly withdrawals: ConsentWithdrawalService,
  ) {}

  @Get()
  @RequiresPage()
  async list(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() { account }: Principal,
    @Query() { done }: Outcome,
  ): Promise<void> {
    const consents = await this.consents.listOf(account.id);
    const notice = done === 'withdrawn' ? 'done' : undefined;
    this.pages.show(request, response, <ApplicationsPage consents={consents} notice={notice} />);
  }

  @Post('withdraw')
  @RequiresPage()
  async withdraw(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() { account }: Principal,
    @Body() { application = '' }: Choice,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const consents = await this.consents.listOf(account.id);
    if (!consents.some(({ application_uid: uid }) => uid === application)) {
      this.pages.show(request, response.status(404), <ApplicationsPage consents={consents} notice="gone" />);
      return;
    }
    await this.withdrawals.withdraw(account.uid, application, origin);
    response.redirect(303, '/account/applications?done=withdrawn');
  }
}
