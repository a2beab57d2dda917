import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../common/app-error.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { ReauthenticationService } from '../../security/reauthentication.service.js';
import { type SessionsDone, SessionsPage } from './pages/sessions.page.js';
import { SignedInPlaces } from './signed-in.service.js';

const DONE: Readonly<Record<string, SessionsDone>> = { ended: 'ended', others: 'others' };

class Outcome {
  @OptionalText({ max: 32 }) done?: string;
}

class Choice {
  @OptionalText({ max: 64 }) session?: string;
}

/** Where somebody is signed in, and how that ends. All of it needs fresh authentication (CONTROLS 1). */
@FormPage()
@Controller('account/sessions')
export class SessionsPageController {
  constructor(
    private readonly pages: Pages,
    private readonly places: SignedInPlaces,
    private readonly reauthentication: ReauthenticationService,
  ) {}

  @Get()
  @RequiresPage()
  async list(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { done = '' }: Outcome,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    const places = await this.places.listOf(principal);
    const said = Object.hasOwn(DONE, done) ? DONE[done] : undefined;
    this.pages.show(request, response, <SessionsPage places={places} done={said} />);
  }

  @Post('end')
  @RequiresPage()
  async end(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { session = '' }: Choice,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    try {
      await this.places.endOne(principal, session, origin);
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 404) throw error;
      const problem = this.pages.textsFor(request).belongings.sessions.gone;
      const places = await this.places.listOf(principal);
      this.pages.show(request, response.status(404), <SessionsPage places={places} problem={problem} />);
      return;
    }
    response.redirect(303, '/account/sessions?done=ended');
  }

  @Post('end-others')
  @RequiresPage()
  async endOthers(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    await this.places.endOthers(principal, origin);
    response.redirect(303, '/account/sessions?done=others');
  }
}
