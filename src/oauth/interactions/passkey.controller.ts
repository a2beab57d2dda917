import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { PasskeyBrowser } from '../../passkeys/passkey-browser.service.js';
import { PasskeyErrors } from '../../passkeys/passkeys.errors.js';
import { InteractiveSignInService, type PersonSignedIn } from '../../sessions/interactive-sign-in.service.js';
import { PasskeySignInService } from '../../sessions/passkey-sign-in.service.js';
import { InteractionPages, type Visit } from './interaction-pages.service.js';
import { InteractionService } from './interaction.service.js';

class PasskeyForm {
  @OptionalText({ max: 16_384 }) passkey?: string;
  @OptionalText({ max: 8 }) remember?: string;
  @OptionalText({ max: 128 }) challenge?: string;
}

/** Passkeys within an authorization request: alone, or as the second factor. What is signed is good in this request only. */
@FormPage()
@Controller('interaction/:uid')
export class InteractionPasskeyController {
  constructor(
    private readonly interactions: InteractionService,
    private readonly pages: InteractionPages,
    private readonly passkeys: PasskeySignInService,
    private readonly signIns: InteractiveSignInService,
    private readonly browsers: PasskeyBrowser,
  ) {}

  @Post('passkey/options')
  @HttpCode(200)
  @Public()
  async options(@Req() request: Request, @Res() response: Response, @Origin() origin: RequestOrigin): Promise<void> {
    const { uid } = await this.interactions.find(request, response);
    response.json(await this.passkeys.ask(uid, this.browsers.mark(request, response), origin));
  }

  @Post('passkey')
  @Public()
  async signIn(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { passkey: answer = '', remember }: PasskeyForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const visit = await this.visit(request, response);
    let person: PersonSignedIn;
    try {
      const given = { answer, browser: this.browsers.read(request) };
      person = await this.passkeys.finish(given, visit.interaction.uid, origin);
    } catch (error) {
      return this.pages.signIn(visit, this.pages.problemOf(visit, error));
    }
    await this.interactions.admit(request, response, person, remember);
  }

  @Post('second-factor/passkey/options')
  @HttpCode(200)
  @Public()
  async secondFactorOptions(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { challenge = '' }: PasskeyForm,
  ): Promise<void> {
    const { uid } = await this.interactions.find(request, response);
    const options = await this.signIns.askForPasskey(challenge, uid, this.browsers.mark(request, response));
    if (!options) throw PasskeyErrors.challengeOver();
    response.json(options);
  }

  @Post('second-factor/passkey')
  @Public()
  async secondFactor(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { passkey: answer = '', challenge = '', remember }: PasskeyForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const visit = await this.visit(request, response);
    let person: PersonSignedIn | undefined;
    try {
      const passkey = { answer, browser: this.browsers.read(request) };
      person = await this.signIns.finish(challenge, visit.interaction.uid, { passkey }, origin);
    } catch (error) {
      const carried = { challenge, remember, offer_passkey: '1' };
      return this.pages.secondFactor(visit, carried, this.pages.problemOf(visit, error));
    }
    if (!person) return this.pages.signIn(visit, this.pages.textsFor(visit).signIn.tooSlow);
    await this.interactions.admit(request, response, person, remember);
  }

  private async visit(request: Request, response: Response): Promise<Visit> {
    return { request, response, interaction: await this.interactions.find(request, response) };
  }
}
