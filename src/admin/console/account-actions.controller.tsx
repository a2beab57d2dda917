import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountAdministrationService } from '../../accounts/account-administration.service.js';
import { ACCOUNT_STATES, ROLES } from '../../accounts/account-filter.js';
import { AccountErrors } from '../../accounts/accounts.errors.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Choice } from '../../common/parameter-kinds.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, originOf, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { FreshSignIn } from './fresh-sign-in.service.js';
import { AccessPage, DeletePage } from './pages/account-actions.page.js';

class Access {
  @Choice(ROLES) role!: (typeof ROLES)[number];
  @Choice(ACCOUNT_STATES) state!: (typeof ACCOUNT_STATES)[number];
}

class Confirmation {
  @OptionalText({ max: 64 }) uid?: string;
}

/** What admins do to the accounts of others. */
@FormPage()
@Controller('admin/accounts/:uid')
export class ConsoleAccountActionsController {
  constructor(
    private readonly pages: Pages,
    private readonly accounts: AccountsService,
    private readonly administration: AccountAdministrationService,
    private readonly fresh: FreshSignIn,
  ) {}

  @Get('access')
  @RequiresPage('admin')
  async askForAccess(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const account = await this.accounts.getByUid(uid);
    assertOther(principal, uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/accounts/${uid}/access`))) return;
    const { role, state } = account;
    this.pages.show(request, response, <AccessPage {...{ account, role, state }} />);
  }

  @Post('access')
  @RequiresPage('admin')
  async changeAccess(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() { role, state }: Access,
  ): Promise<void> {
    const origin = originOf(request);
    const account = await this.accounts.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/accounts/${uid}/access`))) return;
    try {
      await this.administration.change(principal, uid, { role, state }, origin);
      response.redirect(303, `/admin/accounts/${uid}?done=changed`);
    } catch (error) {
      const page = (problem: string) => <AccessPage {...{ account, role, state, problem }} />;
      this.pages.showAgain(request, response, error, page);
    }
  }

  @Post('sessions/end')
  @RequiresPage('admin')
  async endSessions(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.administration.endSessions(principal, uid, origin);
    response.redirect(303, `/admin/accounts/${uid}?done=sessions_ended`);
  }

  @Get('delete')
  @RequiresPage('admin')
  async askForEnd(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const account = await this.accounts.getByUid(uid);
    assertOther(principal, uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/accounts/${uid}/delete`))) return;
    this.pages.show(request, response, <DeletePage account={account} />);
  }

  @Post('delete')
  @RequiresPage('admin')
  async remove(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() { uid: typed }: Confirmation,
  ): Promise<void> {
    const origin = originOf(request);
    const account = await this.accounts.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/accounts/${uid}/delete`))) return;
    if (typed?.trim().toUpperCase() !== uid) {
      const problem = this.pages.textsFor(request).consoleAccounts.deletion.wrong;
      response.status(422);
      return this.pages.show(request, response, <DeletePage account={account} problem={problem} />);
    }
    try {
      await this.administration.remove(principal, uid, origin);
      response.redirect(303, '/admin/accounts?done=deleted');
    } catch (error) {
      this.pages.showAgain(request, response, error, (problem) => <DeletePage {...{ account, problem }} />);
    }
  }
}

/** The service refuses it as well; here so that nobody fills in a form for nothing. */
function assertOther({ account }: Principal, uid: string): void {
  if (account.uid === uid) throw AccountErrors.ownChange();
}
