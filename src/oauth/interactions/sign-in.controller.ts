import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DeviceCookie } from '../../accounts/device-cookie.service.js';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { InteractiveSignInService, type PersonSignedIn } from '../../sessions/interactive-sign-in.service.js';
import { InteractionPages, type Visit } from './interaction-pages.service.js';
import { InteractionService } from './interaction.service.js';

class Credentials {
  @OptionalText({ anyCharacters: true }) email?: string;
  @OptionalText({ anyCharacters: true, numbers: false }) password?: string;
  @OptionalText({ max: 8 }) remember?: string;
}

class Factor {
  @OptionalText({ max: 128 }) challenge?: string;
  @OptionalText({ max: 64 }) otp_code?: string;
  @OptionalText({ max: 64 }) recovery_code?: string;
  @OptionalText({ max: 8 }) remember?: string;
  /** Whether the page shows the button for a passkey. */
  @OptionalText({ max: 8 }) offer_passkey?: string;
}

/** Signing in within an authorization request: password, then the second factor where there is one. */
@FormPage()
@Controller('interaction/:uid')
export class InteractionSignInController {
  constructor(
    private readonly interactions: InteractionService,
    private readonly pages: InteractionPages,
    private readonly signIns: InteractiveSignInService,
    private readonly devices: DeviceCookie,
  ) {}

  @Get('sign-in')
  @Public()
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    this.pages.signIn(await this.visit(request, response));
  }

  @Post('sign-in')
  @Public()
  async signIn(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { email = '', password = '', remember }: Credentials,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const visit = await this.visit(request, response);
    const deviceCookie = this.devices.read(request);
    try {
      const outcome = await this.signIns.begin({ email, password, deviceCookie }, visit.interaction.uid, origin);
      if (!('challenge' in outcome)) return await this.goOn(visit, outcome, remember);
      const offer = outcome.hasPasskeys ? '1' : undefined;
      this.pages.secondFactor(visit, { challenge: outcome.challenge, remember, offer_passkey: offer });
    } catch (error) {
      this.pages.signIn(visit, this.pages.problemOf(visit, error), email);
    }
  }

  @Post('second-factor')
  @Public()
  async secondFactor(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { challenge = '', otp_code: otpCode, recovery_code: recoveryCode, remember, offer_passkey }: Factor,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const visit = await this.visit(request, response);
    let person: PersonSignedIn | undefined;
    try {
      person = await this.signIns.finish(challenge, visit.interaction.uid, { otpCode, recoveryCode }, origin);
    } catch (error) {
      const carried = { challenge, remember, offer_passkey };
      return this.pages.secondFactor(visit, carried, this.pages.problemOf(visit, error));
    }
    if (person) return this.goOn(visit, person, remember);
    return this.pages.signIn(visit, this.pages.textsFor(visit).signIn.tooSlow);
  }

  private async visit(request: Request, response: Response): Promise<Visit> {
    return { request, response, interaction: await this.interactions.find(request, response) };
  }

  private async goOn(visit: Visit, person: PersonSignedIn, remember: string | undefined): Promise<void> {
    await this.interactions.admit(visit.request, visit.response, person, remember);
  }
}
