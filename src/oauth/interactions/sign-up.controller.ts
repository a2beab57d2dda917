import { Body, Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { SignUpService } from '../../accounts/sign-up.service.js';
import { SameOrigin } from '../../auth/same-origin.guard.js';
import { AppError } from '../../common/app-error.js';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { PageErrors } from '../pages/page-errors.filter.js';
import { InteractionPages } from './interaction-pages.service.js';
import { InteractionService } from './interaction.service.js';

class NewAccount {
  @OptionalText({ anyCharacters: true }) email?: string;
  @OptionalText({ anyCharacters: true, numbers: false }) password?: string;
}

/** For whoever an application sends here without an account yet; they come back to sign in. */
@ApiExcludeController()
@Controller('interaction/:uid/sign-up')
@UseGuards(SameOrigin)
@UseFilters(PageErrors)
export class InteractionSignUpController {
  constructor(
    private readonly interactions: InteractionService,
    private readonly pages: InteractionPages,
    private readonly signUps: SignUpService,
  ) {}

  @Get()
  @Public()
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    this.pages.signUp(response, await this.interactions.find(request, response));
  }

  @Post()
  @Public()
  async signUp(
    @Req() request: Request,
    @Res() response: Response,
    @Body() body: NewAccount,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const interaction = await this.interactions.find(request, response);
    try {
      await this.signUps.signUp({ email: body.email ?? '', password: body.password ?? '' }, origin, 'neutral');
      this.pages.signUp(response, interaction, { done: true });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      response.status(error.status).set(error.headers);
      this.pages.signUp(response, interaction, { problem: error.sentences.join('. ') });
    }
  }
}
