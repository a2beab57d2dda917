import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SignUpService } from '../accounts/sign-up.service.js';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { localPath } from '../pages/local-path.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { SignUpPage } from './pages/sign-up.page.js';

class ReturnTo {
  @OptionalText({ max: 2048 }) return_to?: string;
}

class NewAccount extends ReturnTo {
  @OptionalText({ anyCharacters: true }) email?: string;
  @OptionalText({ anyCharacters: true, numbers: false }) password?: string;
}

/** A new account. What is said does not tell whether the address has one (CONTROLS C-02). */
@FormPage()
@Controller('sign-up')
export class SignUpController {
  constructor(
    private readonly pages: Pages,
    private readonly signUps: SignUpService,
  ) {}

  @Get()
  @Public()
  ask(@Req() request: Request, @Res() response: Response, @Query() query: ReturnTo): void {
    this.pages.show(request, response, <SignUpPage returnTo={localPath(query.return_to)} />);
  }

  @Post()
  @Public()
  async signUp(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { email = '', password = '', return_to: back }: NewAccount,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const returnTo = localPath(back);
    try {
      await this.signUps.signUp({ email, password }, origin, 'neutral');
      this.pages.show(request, response, <SignUpPage returnTo={returnTo} isDone />);
    } catch (error) {
      const page = (problem: string) => <SignUpPage returnTo={returnTo} email={email} problem={problem} />;
      this.pages.showAgain(request, response, error, page);
    }
  }
}
