import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../common/app-error.js';
import { OptionalChoice } from '../../common/parameter-kinds.js';
import { PageQuery } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, originOf, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { DeliveryLog } from '../../events/webhooks/delivery-log.service.js';
import { DELIVERY_STATES, type DeliveryState } from '../../events/webhooks/webhook-delivery.entity.js';
import { WebhooksService } from '../../events/webhooks/webhooks.service.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { wordFor } from './done-words.js';
import { FreshSignIn } from './fresh-sign-in.service.js';
import { DeleteWebhookPage } from './pages/webhook-secret.page.js';
import { WebhookPage } from './pages/webhook.page.js';

class WebhookQuery extends PageQuery {
  @OptionalText({ max: 32 }) done?: string;
  @OptionalChoice(DELIVERY_STATES) state?: DeliveryState;
}

/** Rows of a page; the rest of the page is there too. */
const DELIVERIES_A_PAGE = 20;

/** One webhook: how it is doing, and what can be done about it. */
@FormPage()
@Controller('admin/webhooks/:uid')
export class ConsoleWebhookActionsController {
  constructor(
    private readonly pages: Pages,
    private readonly webhooks: WebhooksService,
    private readonly log: DeliveryLog,
    private readonly fresh: FreshSignIn,
  ) {}

  @Get()
  @RequiresPage('admin')
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @Param('uid') uid: string,
    @Query() { done: word, state, page }: WebhookQuery,
  ): Promise<void> {
    const webhook = await this.webhooks.getByUid(uid);
    const deliveries = await this.log.listPage(uid, state, { ...(page && { page }), limit: DELIVERIES_A_PAGE });
    const done = wordFor(this.pages.textsFor(request).consoleSettings.webhooks.done, word);
    this.pages.show(request, response, <WebhookPage {...{ webhook, deliveries, state, done }} />);
  }

  @Post('enable')
  @RequiresPage('admin')
  async enable(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.webhooks.change(uid, { enabled: true }, principal.account.uid, origin);
    response.redirect(303, `/admin/webhooks/${uid}?done=enabled`);
  }

  @Post('disable')
  @RequiresPage('admin')
  async disable(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.webhooks.change(uid, { enabled: false }, principal.account.uid, origin);
    response.redirect(303, `/admin/webhooks/${uid}?done=disabled`);
  }

  @Post('test')
  @RequiresPage('admin')
  async test(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    await this.orAgain(request, response, 'tested', () => this.log.test(uid, principal.account.uid, originOf(request)));
  }

  @Post('deliveries/:id/again')
  @RequiresPage('admin')
  async sendAgain(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.orAgain(request, response, 'again', () =>
      this.log.retry(uid, id, principal.account.uid, originOf(request)),
    );
  }

  @Get('delete')
  @RequiresPage('admin')
  async askForEnd(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const webhook = await this.webhooks.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/webhooks/${uid}/delete`))) return;
    this.pages.show(request, response, <DeleteWebhookPage {...webhook} />);
  }

  @Post('delete')
  @RequiresPage('admin')
  async remove(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.webhooks.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/webhooks/${uid}/delete`))) return;
    await this.webhooks.remove(uid, principal.account.uid, origin);
    response.redirect(303, '/admin/webhooks?done=deleted');
  }

  /** A webhook that was disabled meanwhile is shown as it is now. */
  private async orAgain(
    request: Request,
    response: Response,
    done: string,
    send: () => Promise<unknown>,
  ): Promise<void> {
    const uid = String(request.params.uid);
    try {
      await send();
      response.redirect(303, `/admin/webhooks/${uid}?done=${done}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 422) throw error;
      const webhook = await this.webhooks.getByUid(uid);
      const deliveries = await this.log.listPage(uid, undefined, { limit: DELIVERIES_A_PAGE });
      const page = (problem: string) => <WebhookPage {...{ webhook, deliveries, problem }} />;
      this.pages.showAgain(request, response, error, page);
    }
  }
}
