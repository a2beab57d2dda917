import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { IdentityStandings } from './identity-standing.service.js';
import { OverviewPage } from './pages/overview.page.js';
import { Presences } from './presence.service.js';

/** Where the account's owner stands. */
@FormPage()
@Controller('account')
export class OverviewController {
  constructor(
    private readonly pages: Pages,
    private readonly standings: IdentityStandings,
    private readonly presences: Presences,
  ) {}

  @Get()
  @RequiresPage()
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const [standing, presence] = await Promise.all([
      this.standings.of(principal.account.id),
      this.presences.of(principal),
    ]);
    const page = <OverviewPage account={principal.account} standing={standing} presence={presence} />;
    this.pages.show(request, response, page);
  }
}
