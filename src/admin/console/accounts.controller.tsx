import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ACCOUNT_STATES, ROLES } from '../../accounts/account-filter.js';
import { AccountSearchService } from '../../accounts/account-search.service.js';
import { PageQuery } from '../../common/pagination.js';
import { OptionalChoice } from '../../common/parameter-kinds.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { OptionalInteger, OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { AccountFiles } from './account-file.service.js';
import { wordFor } from './done-words.js';
import { AccountPage } from './pages/account.page.js';
import { AccountsPage } from './pages/accounts.page.js';

/** Of a page; on a phone each one is a card. */
const ROWS = 25;

class Done extends PageQuery {
  @OptionalText({ max: 32 }) done?: string;
}

class Search extends Done {
  @OptionalText({ max: 254 }) q?: string;
  @OptionalChoice(ACCOUNT_STATES) state?: (typeof ACCOUNT_STATES)[number];
  @OptionalChoice(ROLES) role?: (typeof ROLES)[number];
  @OptionalInteger({ min: 0, max: 3 }) level?: number;
}

/** Everybody who has an account, for staff to look at. */
@FormPage()
@Controller('admin/accounts')
export class ConsoleAccountsController {
  constructor(
    private readonly pages: Pages,
    private readonly searches: AccountSearchService,
    private readonly files: AccountFiles,
  ) {}

  @Get()
  @RequiresPage('admin', 'compliance')
  async list(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: Search,
    @CurrentPrincipal() { account: { role } }: Principal,
  ): Promise<void> {
    const filter = { q: query.q, state: query.state, role: query.role, level: query.level };
    const accounts = await this.searches.find(filter, { page: query.page, limit: ROWS });
    const done = wordFor(this.pages.textsFor(request).consoleAccounts.done, query.done);
    this.pages.show(request, response, <AccountsPage {...{ role, filter, accounts, done }} />);
  }

  @Get(':uid')
  @RequiresPage('admin', 'compliance')
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @Param('uid') uid: string,
    @Query() query: Done,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const file = await this.files.read(principal, uid);
    const done = wordFor(this.pages.textsFor(request).consoleAccounts.done, query.done);
    this.pages.show(request, response, <AccountPage viewer={principal.account} file={file} done={done} />);
  }
}
