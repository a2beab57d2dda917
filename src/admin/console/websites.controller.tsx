import { Body, Controller, Get, Header, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PageQuery } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, originOf, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { WebsitesService } from '../../websites/websites.service.js';
import { wordFor } from './done-words.js';
import { FreshSignIn } from './fresh-sign-in.service.js';
import { WebsiteFormPage } from './pages/website-form.page.js';
import { DeleteWebsitePage, WebsitesPage } from './pages/websites.page.js';
import { brandingFrom, NEW_WEBSITE, typedWebsite, WebsiteForm, websiteValues } from './website-form.js';
import { previewSheet, readColor } from './website-preview.js';
import { wrongFields } from './wrong-fields.js';

class ListQuery extends PageQuery {
  @OptionalText({ max: 32 }) done?: string;
}

class PreviewQuery {
  @OptionalText({ max: 7 }) primary?: string;
  @OptionalText({ max: 7 }) background?: string;
}

/** How our pages look under a host, for admins. */
@FormPage()
@Controller('admin/websites')
export class ConsoleWebsitesController {
  constructor(
    private readonly pages: Pages,
    private readonly websites: WebsitesService,
    private readonly fresh: FreshSignIn,
  ) {}

  @Get()
  @RequiresPage('admin')
  async list(@Req() request: Request, @Res() response: Response, @Query() query: ListQuery): Promise<void> {
    const list = await this.websites.listPage(query);
    const done = wordFor(this.pages.textsFor(request).consoleSettings.websites.done, query.done);
    this.pages.show(request, response, <WebsitesPage list={list} done={done} />);
  }

  /** The colours that the address names, for the samples on the form; nothing but colours gets into it. */
  @Get('preview.css')
  @RequiresPage('admin')
  @Header('Content-Type', 'text/css; charset=utf-8')
  previewSheet(@Query() { primary, background }: PreviewQuery): string {
    return previewSheet({ primary: readColor(primary), background: readColor(background) });
  }

  @Get('new')
  @RequiresPage('admin')
  askForNew(@Req() request: Request, @Res() response: Response): void {
    this.pages.show(request, response, <WebsiteFormPage values={NEW_WEBSITE} />);
  }

  @Post('new')
  @RequiresPage('admin')
  async create(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() form: WebsiteForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const values = typedWebsite(form);
    try {
      await this.websites.create(brandingFrom(values), principal.account.uid, origin);
      response.redirect(303, '/admin/websites?done=created');
    } catch (error) {
      const more = { values, wrong: wrongFields(error) };
      this.pages.showAgain(request, response, error, (problem) => <WebsiteFormPage {...more} problem={problem} />);
    }
  }

  /** Shows what is in the form and keeps nothing of it. */
  @Post('new/preview')
  @RequiresPage('admin')
  previewNew(@Req() request: Request, @Res() response: Response, @Body() form: WebsiteForm): void {
    this.pages.show(request, response, <WebsiteFormPage values={typedWebsite(form)} />);
  }

  @Get(':id')
  @RequiresPage('admin')
  async show(@Req() request: Request, @Res() response: Response, @Param('id') id: string): Promise<void> {
    const website = await this.websites.get(id);
    const page = <WebsiteFormPage id={id} presentHost={website.host} values={websiteValues(website)} />;
    this.pages.show(request, response, page);
  }

  @Post(':id')
  @RequiresPage('admin')
  async change(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() form: WebsiteForm,
  ): Promise<void> {
    const { host: presentHost } = await this.websites.get(id);
    const values = typedWebsite(form);
    try {
      await this.websites.change(id, brandingFrom(values), principal.account.uid, originOf(request));
      response.redirect(303, '/admin/websites?done=changed');
    } catch (error) {
      const more = { id, presentHost, values, wrong: wrongFields(error) };
      this.pages.showAgain(request, response, error, (problem) => <WebsiteFormPage {...more} problem={problem} />);
    }
  }

  @Post(':id/preview')
  @RequiresPage('admin')
  async preview(
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
    @Body() form: WebsiteForm,
  ): Promise<void> {
    const { host } = await this.websites.get(id);
    this.pages.show(request, response, <WebsiteFormPage id={id} presentHost={host} values={typedWebsite(form)} />);
  }

  @Get(':id/delete')
  @RequiresPage('admin')
  async askForEnd(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    const website = await this.websites.get(id);
    if (!(await this.fresh.isGiven(principal, response, `/admin/websites/${id}/delete`))) return;
    this.pages.show(request, response, <DeleteWebsitePage {...website} />);
  }

  @Post(':id/delete')
  @RequiresPage('admin')
  async remove(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.websites.get(id);
    if (!(await this.fresh.isGiven(principal, response, `/admin/websites/${id}/delete`))) return;
    await this.websites.remove(id, principal.account.uid, origin);
    response.redirect(303, '/admin/websites?done=deleted');
  }
}
