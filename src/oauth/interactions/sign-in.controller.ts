import { Body, Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { SameOrigin } from '../../auth/same-origin.guard.js';
import { AppError } from '../../common/app-error.js';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { InteractiveSignInService, type PersonSignedIn } from '../../sessions/interactive-sign-in.service.js';
import { acrOf } from '../level-request.js';
import { PageErrors } from '../pages/page-errors.filter.js';
import { InteractionPages } from './interaction-pages.service.js';
import { type Interaction, InteractionService } from './interaction.service.js';

class Credentials {
  @OptionalText({ anyCharacters: true }) email?: string;
  @OptionalText({ anyCharacters: true, numbers: false }) password?: string;
}

class Factor {
  @OptionalText({ max: 128 }) challenge?: string;
  @OptionalText({ max: 64 }) otp_code?: string;
  @OptionalText({ max: 64 }) recovery_code?: string;
}

/** Signing in within an authorization request: password, then the second factor where there is one. */
@ApiExcludeController()
@Controller('interaction/:uid')
@UseGuards(SameOrigin)
@UseFilters(PageErrors)
export class InteractionSignInController {
  constructor(
    private readonly interactions: InteractionService,
    private readonly pages: InteractionPages,
    private readonly signIns: InteractiveSignInService,
  ) {}

  @Get('sign-in')
  @Public()
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    this.pages.signIn(response, await this.interactions.find(request, response));
  }

  @Post('sign-in')
  @Public()
  async signIn(
    @Req() request: Request,
    @Res() response: Response,
    @Body() body: Credentials,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const interaction = await this.interactions.find(request, response);
    try {
      const credentials = { email: body.email ?? '', password: body.password ?? '' };
      const outcome = await this.signIns.begin(credentials, interaction.uid, origin);
      if ('challenge' in outcome) this.pages.secondFactor(response, interaction, outcome.challenge);
      else await this.goOn(request, response, outcome);
    } catch (error) {
      this.pages.signIn(response, interaction, this.problemOf(error, response), body.email);
    }
  }

  @Post('second-factor')
  @Public()
  async secondFactor(
    @Req() request: Request,
    @Res() response: Response,
    @Body() body: Factor,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const interaction = await this.interactions.find(request, response);
    const challenge = body.challenge ?? '';
    const codes = { otpCode: body.otp_code, recoveryCode: body.recovery_code };
    let person: PersonSignedIn | undefined;
    try {
      person = await this.signIns.finish(challenge, interaction.uid, codes, origin);
    } catch (error) {
      return this.showAgain(error, response, interaction, challenge);
    }
    if (person) return this.goOn(request, response, person);
    return this.pages.signIn(response, interaction, 'That took too long. Please sign in again.');
  }

  private showAgain(error: unknown, response: Response, interaction: Interaction, challenge: string): void {
    this.pages.secondFactor(response, interaction, challenge, this.problemOf(error, response));
  }

  private async goOn(request: Request, response: Response, person: PersonSignedIn): Promise<void> {
    const { uid, level, amr, authenticatedAt } = person;
    const login = { accountId: uid, acr: acrOf(level), amr, ts: authenticatedAt, remember: true };
    await this.interactions.finish(request, response, { login });
  }

  /** Refusals are shown on the page; faults of ours are not. */
  private problemOf(error: unknown, response: Response): string {
    if (!(error instanceof AppError)) throw error;
    response.status(error.status).set(error.headers);
    if (error.code === 'session.unauthorized') return 'The e-mail address or the password is not right.';
    return error.sentences.join('. ');
  }
}
