import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { localPath } from '../pages/local-path.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { PasskeyBrowser } from '../passkeys/passkey-browser.service.js';
import { PasskeySignInService } from '../sessions/passkey-sign-in.service.js';
import { Arrivals, PLACE } from './arrivals.service.js';
import { SignInPage } from './pages/sign-in.page.js';

class PasskeyForm {
  @OptionalText({ max: 16_384 }) passkey?: string;
  @OptionalText({ max: 8 }) remember?: string;
  @OptionalText({ max: 2048 }) return_to?: string;
}

/** Signing in on our own pages with a passkey alone. The page's script asks what to sign, then sends the answer. */
@FormPage()
@Controller('sign-in/passkey')
export class PasskeySignInController {
  constructor(
    private readonly pages: Pages,
    private readonly signIns: PasskeySignInService,
    private readonly browsers: PasskeyBrowser,
    private readonly arrivals: Arrivals,
  ) {}

  @Post('options')
  @HttpCode(200)
  @Public()
  async options(@Req() request: Request, @Res() response: Response, @Origin() origin: RequestOrigin): Promise<void> {
    response.json(await this.signIns.ask(PLACE, this.browsers.mark(request, response), origin));
  }

  @Post()
  @Public()
  async signIn(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { passkey: answer = '', remember, return_to: back }: PasskeyForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const returnTo = localPath(back);
    try {
      const given = { answer, browser: this.browsers.read(request) };
      const person = await this.signIns.finish(given, PLACE, origin);
      await this.arrivals.arrive(request, response, person, { remember, returnTo });
    } catch (error) {
      const page = (problem: string) => <SignInPage returnTo={returnTo} problem={problem} />;
      this.pages.showAgain(request, response, error, page);
    }
  }
}
