import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApplicationsService } from '../../applications/applications.service.js';
import { PageQuery } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, originOf, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { ReauthenticationService } from '../../security/reauthentication.service.js';
import { ApplicationForm, NEW_APPLICATION, settingsFrom, typedValues, valuesOf } from './application-form.js';
import { wordFor } from './done-words.js';
import { asksForProof, FreshSignIn } from './fresh-sign-in.service.js';
import { ApplicationFormPage, type ApplicationFormPageProps } from './pages/application-form.page.js';
import { SecretShownPage } from './pages/application-secret.page.js';
import { ApplicationPage } from './pages/application.page.js';
import { ApplicationsPage } from './pages/applications.page.js';
import { wrongFields } from './wrong-fields.js';

class ListQuery extends PageQuery {
  @OptionalText({ max: 32 }) done?: string;
}

type Prefilled = Pick<ApplicationFormPageProps, 'uid' | 'presentName' | 'values'>;

/** OAuth clients, for admins. */
@FormPage()
@Controller('admin/applications')
export class ConsoleApplicationsController {
  constructor(
    private readonly pages: Pages,
    private readonly applications: ApplicationsService,
    private readonly fresh: FreshSignIn,
    private readonly reauthentication: ReauthenticationService,
  ) {}

  @Get()
  @RequiresPage('admin')
  async list(@Req() request: Request, @Res() response: Response, @Query() query: ListQuery): Promise<void> {
    const list = await this.applications.listPage(query);
    this.pages.show(request, response, <ApplicationsPage list={list} done={this.doneText(request, query.done)} />);
  }

  @Get('new')
  @RequiresPage('admin')
  async askForNew(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    if (!(await this.fresh.isGiven(principal, response, request.originalUrl))) return;
    this.pages.show(request, response, <ApplicationFormPage values={NEW_APPLICATION} />);
  }

  @Post('new')
  @RequiresPage('admin')
  async create(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() form: ApplicationForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const values = typedValues(form);
    try {
      await this.reauthentication.assert(principal, form.password, form.otp_code, origin);
      const { application, secret } = await this.applications.create(
        settingsFrom(values),
        principal.account.uid,
        origin,
      );
      this.pages.show(request, response, <SecretShownPage application={application} secret={secret} />);
    } catch (error) {
      this.showAgain({ request, response, principal, form, error }, { values });
    }
  }

  @Get(':uid')
  @RequiresPage('admin')
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @Param('uid') uid: string,
    @Query() query: ListQuery,
  ): Promise<void> {
    const application = await this.applications.getByUid(uid);
    const done = this.doneText(request, query.done);
    this.pages.show(request, response, <ApplicationPage application={application} done={done} />);
  }

  @Get(':uid/edit')
  @RequiresPage('admin')
  async askForChange(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const application = await this.applications.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/applications/${uid}/edit`))) return;
    const prefilled = { uid, presentName: application.name, values: valuesOf(application) };
    this.pages.show(request, response, <ApplicationFormPage {...prefilled} />);
  }

  @Post(':uid/edit')
  @RequiresPage('admin')
  async change(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() form: ApplicationForm,
  ): Promise<void> {
    const { name, kind } = await this.applications.getByUid(uid);
    const values = typedValues(form, kind);
    try {
      // Where codes are sent to is for the person to say, not for whoever found the browser open.
      await this.reauthentication.assert(principal, form.password, form.otp_code, originOf(request));
      const { kind: _kind, ...change } = settingsFrom(values);
      await this.applications.change(uid, change, principal.account.uid, originOf(request));
      response.redirect(303, `/admin/applications/${uid}?done=changed`);
    } catch (error) {
      this.showAgain({ request, response, principal, form, error }, { uid, presentName: name, values });
    }
  }

  private showAgain({ request, response, principal, form, error }: Refused, prefilled: Prefilled): void {
    const needsProof = asksForProof(error) || form.password !== undefined;
    const proof = needsProof ? (principal.account.otpEnabled ? 'both' : 'password') : undefined;
    this.pages.showAgain(request, response, error, (problem) => {
      const { proveIt } = this.pages.textsFor(request).consoleSettings.applications;
      const text = asksForProof(error) ? proveIt : problem;
      return <ApplicationFormPage {...prefilled} problem={text} wrong={wrongFields(error)} proof={proof} />;
    });
  }

  private doneText(request: Request, word: string | undefined): string | undefined {
    return wordFor(this.pages.textsFor(request).consoleSettings.applications.done, word);
  }
}

interface Refused {
  request: Request;
  response: Response;
  principal: Principal;
  form: ApplicationForm;
  error: unknown;
}
