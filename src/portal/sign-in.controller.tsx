import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Callers } from '../auth/callers.service.js';
import { AppError } from '../common/app-error.js';
import { CurrentPrincipal, type Principal, Public, RequiresPage } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { localPath } from '../pages/local-path.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { InteractiveSignInService } from '../sessions/interactive-sign-in.service.js';
import { Arrivals, PLACE } from './arrivals.service.js';
import { ChallengeCookie } from './challenge-cookie.service.js';
import { SecondFactorPage, type SignInPageProps, SignInPage } from './pages/sign-in.page.js';

class ReturnTo {
  @OptionalText({ max: 2048 }) return_to?: string;
}

class Credentials extends ReturnTo {
  @OptionalText({ anyCharacters: true }) email?: string;
  @OptionalText({ anyCharacters: true, numbers: false }) password?: string;
  @OptionalText({ max: 8 }) remember?: string;
}

class Factor extends ReturnTo {
  @OptionalText({ max: 64 }) otp_code?: string;
  @OptionalText({ max: 64 }) recovery_code?: string;
  @OptionalText({ max: 8 }) remember?: string;
  /** Whether the page shows the button for a passkey. */
  @OptionalText({ max: 8 }) offer_passkey?: string;
}

/** Signing in and out on our own pages. */
@FormPage()
@Controller()
export class SignInController {
  constructor(
    private readonly pages: Pages,
    private readonly callers: Callers,
    private readonly signIns: InteractiveSignInService,
    private readonly arrivals: Arrivals,
    private readonly challenges: ChallengeCookie,
  ) {}

  @Get('sign-in')
  @Public()
  async ask(@Req() request: Request, @Res() response: Response, @Query() query: ReturnTo): Promise<void> {
    const returnTo = localPath(query.return_to);
    if (await this.callers.perhapsByCookie(request, response)) return response.redirect(303, returnTo ?? '/account');
    this.show(request, response, { returnTo });
  }

  /** Before something that a thief of a session would want. */
  @Get('sign-in/again')
  @RequiresPage()
  askAgain(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: ReturnTo,
    @CurrentPrincipal() { account }: Principal,
  ): void {
    this.show(request, response, { returnTo: localPath(query.return_to), again: account.email });
  }

  @Post('sign-in')
  @Public()
  async signIn(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { email = '', password = '', remember, return_to: back }: Credentials,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const returnTo = localPath(back);
    const deviceCookie = this.arrivals.deviceCookieOf(request);
    try {
      const outcome = await this.signIns.begin({ email, password, deviceCookie }, PLACE, origin);
      if (!('challenge' in outcome))
        return await this.arrivals.arrive(request, response, outcome, { remember, returnTo });
      this.challenges.set(response, outcome.challenge);
      const carried = { remember, return_to: returnTo, offer_passkey: outcome.hasPasskeys ? '1' : undefined };
      this.pages.show(request, response, <SecondFactorPage carried={carried} />);
    } catch (error) {
      this.pages.showAgain(request, response, error, (problem) => {
        const wrong = (error as AppError).code === 'session.unauthorized';
        const text = wrong ? this.pages.textsFor(request).signIn.wrong : problem;
        return <SignInPage returnTo={returnTo} email={email} problem={text} />;
      });
    }
  }

  @Post('sign-in/second-factor')
  @Public()
  async secondFactor(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { otp_code: otpCode, recovery_code: recoveryCode, remember, return_to: back, offer_passkey }: Factor,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const returnTo = localPath(back);
    const challenge = this.challenges.read(request) ?? '';
    try {
      const person = await this.signIns.finish(challenge, PLACE, { otpCode, recoveryCode }, origin);
      if (person) return await this.arrivals.arrive(request, response, person, { remember, returnTo });
      this.show(request, response, { returnTo, problem: this.pages.textsFor(request).signIn.tooSlow });
    } catch (error) {
      const carried = { remember, return_to: returnTo, offer_passkey };
      const page = (problem: string) => <SecondFactorPage carried={carried} problem={problem} />;
      this.pages.showAgain(request, response, error, page);
    }
  }

  @Post('sign-out')
  @RequiresPage()
  async signOut(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.arrivals.leave(request, response, principal);
  }

  private show(request: Request, response: Response, props: SignInPageProps): void {
    if (props.problem !== undefined) response.status(422);
    this.pages.show(request, response, <SignInPage {...props} />);
  }
}
