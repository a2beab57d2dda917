import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { localPath } from '../pages/local-path.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { PasskeyBrowser } from '../passkeys/passkey-browser.service.js';
import { PasskeyErrors } from '../passkeys/passkeys.errors.js';
import { InteractiveSignInService } from '../sessions/interactive-sign-in.service.js';
import { Arrivals, PLACE } from './arrivals.service.js';
import { ChallengeCookie } from './challenge-cookie.service.js';
import { SecondFactorPage, SignInPage } from './pages/sign-in.page.js';

class PasskeyForm {
  @OptionalText({ max: 16_384 }) passkey?: string;
  @OptionalText({ max: 8 }) remember?: string;
  @OptionalText({ max: 2048 }) return_to?: string;
}

/** A passkey as the second factor on our own pages, after a right password. */
@FormPage()
@Controller('sign-in/second-factor/passkey')
export class PasskeySecondFactorController {
  constructor(
    private readonly pages: Pages,
    private readonly signIns: InteractiveSignInService,
    private readonly browsers: PasskeyBrowser,
    private readonly arrivals: Arrivals,
    private readonly challenges: ChallengeCookie,
  ) {}

  @Post('options')
  @HttpCode(200)
  @Public()
  async options(@Req() request: Request, @Res() response: Response): Promise<void> {
    const browser = this.browsers.mark(request, response);
    const options = await this.signIns.askForPasskey(this.challenges.read(request) ?? '', PLACE, browser);
    if (!options) throw PasskeyErrors.challengeOver();
    response.json(options);
  }

  @Post()
  @Public()
  async secondFactor(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { passkey: answer = '', remember, return_to: back }: PasskeyForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const returnTo = localPath(back);
    const challenge = this.challenges.read(request) ?? '';
    try {
      const passkey = { answer, browser: this.browsers.read(request) };
      const person = await this.signIns.finish(challenge, PLACE, { passkey }, origin);
      if (person) return await this.arrivals.arrive(request, response, person, { remember, returnTo });
      const problem = this.pages.textsFor(request).signIn.tooSlow;
      response.status(422);
      this.pages.show(request, response, <SignInPage returnTo={returnTo} problem={problem} />);
    } catch (error) {
      const carried = { remember, return_to: returnTo, offer_passkey: '1' };
      const page = (problem: string) => <SecondFactorPage carried={carried} problem={problem} />;
      this.pages.showAgain(request, response, error, page);
    }
  }
}
