import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PageQuery } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, originOf, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { WebhooksService } from '../../events/webhooks/webhooks.service.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { wordFor } from './done-words.js';
import { FreshSignIn } from './fresh-sign-in.service.js';
import { WebhookFormPage } from './pages/webhook-form.page.js';
import { RotateWebhookSecretPage, WebhookSecretPage } from './pages/webhook-secret.page.js';
import { WebhooksPage } from './pages/webhooks.page.js';
import { NEW_WEBHOOK, typedWebhook, WebhookForm, webhookValues } from './webhook-form.js';
import { wrongFields } from './wrong-fields.js';

class ListQuery extends PageQuery {
  @OptionalText({ max: 32 }) done?: string;
}

/**
 * Who is told of events, for admins. Where personal data is sent to is for the person to say, not for whoever found the
 * browser open, so that these forms want a sign-in of a short while ago.
 */
@FormPage()
@Controller('admin/webhooks')
export class ConsoleWebhooksController {
  constructor(
    private readonly pages: Pages,
    private readonly webhooks: WebhooksService,
    private readonly fresh: FreshSignIn,
  ) {}

  @Get()
  @RequiresPage('admin')
  async list(@Req() request: Request, @Res() response: Response, @Query() query: ListQuery): Promise<void> {
    const list = await this.webhooks.listPage(query);
    const done = wordFor(this.pages.textsFor(request).consoleSettings.webhooks.done, query.done);
    this.pages.show(request, response, <WebhooksPage list={list} done={done} />);
  }

  @Get('new')
  @RequiresPage('admin')
  async askForNew(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    if (!(await this.fresh.isGiven(principal, response, '/admin/webhooks/new'))) return;
    this.pages.show(request, response, <WebhookFormPage values={NEW_WEBHOOK} />);
  }

  @Post('new')
  @RequiresPage('admin')
  async create(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() form: WebhookForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    if (!(await this.fresh.isGiven(principal, response, '/admin/webhooks/new'))) return;
    const values = typedWebhook(form);
    try {
      const created = await this.webhooks.create(values, principal.account.uid, origin);
      this.pages.show(request, response, <WebhookSecretPage {...created} />);
    } catch (error) {
      const more = { values, wrong: wrongFields(error) };
      this.pages.showAgain(request, response, error, (problem) => <WebhookFormPage {...more} problem={problem} />);
    }
  }

  @Get(':uid/edit')
  @RequiresPage('admin')
  async askForChange(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const webhook = await this.webhooks.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/webhooks/${uid}/edit`))) return;
    const prefilled = { uid, presentName: webhook.name, values: webhookValues(webhook) };
    this.pages.show(request, response, <WebhookFormPage {...prefilled} />);
  }

  @Post(':uid/edit')
  @RequiresPage('admin')
  async change(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() form: WebhookForm,
  ): Promise<void> {
    const { name: presentName } = await this.webhooks.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/webhooks/${uid}/edit`))) return;
    const values = typedWebhook(form);
    try {
      await this.webhooks.change(uid, values, principal.account.uid, originOf(request));
      response.redirect(303, `/admin/webhooks/${uid}?done=changed`);
    } catch (error) {
      const more = { uid, presentName, values, wrong: wrongFields(error) };
      this.pages.showAgain(request, response, error, (problem) => <WebhookFormPage {...more} problem={problem} />);
    }
  }

  @Get(':uid/secret')
  @RequiresPage('admin')
  async askForSecret(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const webhook = await this.webhooks.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/webhooks/${uid}/secret`))) return;
    this.pages.show(request, response, <RotateWebhookSecretPage {...webhook} />);
  }

  @Post(':uid/secret')
  @RequiresPage('admin')
  async rotateSecret(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const webhook = await this.webhooks.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/webhooks/${uid}/secret`))) return;
    const rotated = await this.webhooks.rotateSecret(uid, principal.account.uid, origin);
    this.pages.show(request, response, <WebhookSecretPage webhook={webhook} {...rotated} />);
  }
}
