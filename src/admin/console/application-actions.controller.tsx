import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApplicationSecretsService } from '../../applications/application-secrets.service.js';
import { ApplicationsService } from '../../applications/applications.service.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, originOf, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { Config } from '../../config/config.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { authorizationTrial, credentialsCommand, deviceCommand } from './authorization-trial.js';
import { FreshSignIn } from './fresh-sign-in.service.js';
import { DeleteApplicationPage, RotateSecretPage, SecretShownPage } from './pages/application-secret.page.js';
import { TrySignInPage } from './pages/application-try.page.js';

class SecretForm {
  @OptionalText({ max: 16 }) overlap?: string;
}

class TryQuery {
  @OptionalText({ max: 2048 }) redirect_uri?: string;
  @OptionalText({ max: 2048 }) scope?: string;
}

/** Seconds, as the form offers them. */
const OVERLAPS = ['0', '3600', '86400', '604800'];
const DEFAULT_OVERLAP = '86400';

/** What can be done with an application: a new secret, its end, and a look at its sign-in. */
@FormPage()
@Controller('admin/applications/:uid')
export class ConsoleApplicationActionsController {
  constructor(
    private readonly pages: Pages,
    private readonly applications: ApplicationsService,
    private readonly secrets: ApplicationSecretsService,
    private readonly fresh: FreshSignIn,
    private readonly config: Config,
  ) {}

  @Get('secret')
  @RequiresPage('admin')
  async askForSecret(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const { name } = await this.applications.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/applications/${uid}/secret`))) return;
    this.pages.show(request, response, <RotateSecretPage uid={uid} name={name} />);
  }

  @Post('secret')
  @RequiresPage('admin')
  async rotateSecret(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() { overlap = DEFAULT_OVERLAP }: SecretForm,
  ): Promise<void> {
    const application = await this.applications.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/applications/${uid}/secret`))) return;
    try {
      const seconds = Number(OVERLAPS.includes(overlap) ? overlap : DEFAULT_OVERLAP);
      const rotated = await this.secrets.rotate(uid, seconds, principal.account.uid, originOf(request));
      this.pages.show(request, response, <SecretShownPage application={application} {...rotated} />);
    } catch (error) {
      const { name, kind } = application;
      this.pages.showAgain(request, response, error, (problem) => {
        const { secretPublic } = this.pages.textsFor(request).consoleSettings.applications.one;
        return <RotateSecretPage {...{ uid, name }} problem={kind === 'public' ? secretPublic : problem} />;
      });
    }
  }

  @Get('delete')
  @RequiresPage('admin')
  async askForEnd(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
  ): Promise<void> {
    const { name } = await this.applications.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/applications/${uid}/delete`))) return;
    this.pages.show(request, response, <DeleteApplicationPage uid={uid} name={name} />);
  }

  @Post('delete')
  @RequiresPage('admin')
  async remove(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.applications.getByUid(uid);
    if (!(await this.fresh.isGiven(principal, response, `/admin/applications/${uid}/delete`))) return;
    await this.applications.remove(uid, principal.account.uid, origin);
    response.redirect(303, '/admin/applications?done=deleted');
  }

  @Get('try')
  @RequiresPage('admin')
  async trySignIn(
    @Req() request: Request,
    @Res() response: Response,
    @Param('uid') uid: string,
    @Query() { redirect_uri: redirectUri, scope }: TryQuery,
  ): Promise<void> {
    const application = await this.applications.getByUid(uid);
    const { publicUrl } = this.config;
    const props = {
      ...{ application, scope },
      trial: authorizationTrial(application, publicUrl, { redirectUri, scope }),
      isForeign: redirectUri !== undefined && !application.redirectUris.includes(redirectUri),
      credentials: credentialsCommand(application, publicUrl),
      device: deviceCommand(application, publicUrl),
    };
    this.pages.show(request, response, <TrySignInPage {...props} />);
  }
}
