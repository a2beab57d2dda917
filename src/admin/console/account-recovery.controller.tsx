import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountsService } from '../../accounts/accounts.service.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, originOf, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { OtpRecoveryService } from '../../security/otp-recovery.service.js';
import { SecurityErrors } from '../../security/security.errors.js';
import { FreshSignIn } from './fresh-sign-in.service.js';
import { RecoveryPage } from './pages/account-actions.page.js';
import { RecoveryRequests } from './recovery-requests.service.js';

class Reason {
  @OptionalText({ max: 500 }) reason?: string;
}

/** A lost device: one admin asks, another one agrees (CONTROLS C-23). */
@FormPage()
@Controller('admin/accounts/:uid/recovery')
export class ConsoleAccountRecoveryController {
  constructor(
    private readonly pages: Pages,
    private readonly accounts: AccountsService,
    private readonly recoveries: OtpRecoveryService,
    private readonly requests: RecoveryRequests,
    private readonly fresh: FreshSignIn,
  ) {}

  @Get()
  @RequiresPage('admin')
  async ask(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const page = await this.pageFor(principal, uid);
    if (principal.account.uid === uid) throw SecurityErrors.recoveryOfOwnAccount();
    if (await this.fresh.isGiven(principal, response, `/admin/accounts/${uid}/recovery`)) {
      this.pages.show(request, response, page());
    }
  }

  @Post()
  @RequiresPage('admin')
  async request(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() { reason }: Reason,
  ): Promise<void> {
    const origin = originOf(request);
    if (!(await this.fresh.isGiven(principal, response, `/admin/accounts/${uid}/recovery`))) return;
    if (reason === undefined) {
      response.status(422);
      const problem = this.pages.textsFor(request).consoleAccounts.recovery.reasonMissing;
      return this.pages.show(request, response, (await this.pageFor(principal, uid))(problem));
    }
    try {
      await this.recoveries.request(principal, uid, reason, origin);
      response.redirect(303, `/admin/accounts/${uid}?done=recovery_requested`);
    } catch (error) {
      this.pages.showAgain(request, response, error, await this.pageFor(principal, uid, reason));
    }
  }

  @Post('approve')
  @RequiresPage('admin')
  async approve(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    if (!(await this.fresh.isGiven(principal, response, `/admin/accounts/${uid}/recovery`))) return;
    try {
      await this.recoveries.approve(principal, uid, origin);
      response.redirect(303, `/admin/accounts/${uid}?done=recovery_approved`);
    } catch (error) {
      this.pages.showAgain(request, response, error, await this.pageFor(principal, uid));
    }
  }

  /** @throws AppError 404 for an unknown account */
  private async pageFor({ account: { uid: viewerUid } }: Principal, uid: string, reason?: string) {
    const account = await this.accounts.getByUid(uid);
    const waiting = await this.requests.findLive(account.id);
    return (problem?: string) => (
      <RecoveryPage {...{ account, waiting, viewerUid, problem }} {...(reason !== undefined && { reason })} />
    );
  }
}
