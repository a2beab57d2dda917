import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SignUpService } from '../../accounts/sign-up.service.js';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { InteractionPages } from './interaction-pages.service.js';
import { InteractionService } from './interaction.service.js';

class NewAccount {
  @OptionalText({ anyCharacters: true }) email?: string;
  @OptionalText({ anyCharacters: true, numbers: false }) password?: string;
}

/** For whoever an application sends here without an account yet; they come back to sign in. */
@FormPage()
@Controller('interaction/:uid/sign-up')
export class InteractionSignUpController {
  constructor(
    private readonly interactions: InteractionService,
    private readonly pages: InteractionPages,
    private readonly signUps: SignUpService,
  ) {}

  @Get()
  @Public()
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    this.pages.signUp({ request, response, interaction: await this.interactions.find(request, response) });
  }

  @Post()
  @Public()
  async signUp(
    @Req() request: Request,
    @Res() response: Response,
    @Body() body: NewAccount,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const visit = { request, response, interaction: await this.interactions.find(request, response) };
    try {
      await this.signUps.signUp({ email: body.email ?? '', password: body.password ?? '' }, origin, 'neutral');
      this.pages.signUp(visit, { done: true });
    } catch (error) {
      this.pages.signUp(visit, { email: body.email, problem: this.pages.problemOf(visit, error) });
    }
  }
}
