import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { OptionalText } from '../common/validation.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { SignInUnlocks } from '../sessions/sign-in-unlocks.service.js';
import { UnlockPage } from './pages/unlock.page.js';

class UnlockToken {
  @OptionalText({ max: 256 }) unlock_token?: string;
}

/** Where the mail about too many wrong passwords leads. */
@FormPage()
@Controller('unlock')
export class UnlockController {
  constructor(
    private readonly pages: Pages,
    private readonly unlocks: SignInUnlocks,
  ) {}

  @Get()
  @Public()
  ask(@Req() request: Request, @Res() response: Response, @Query() { unlock_token: token }: UnlockToken): void {
    this.pages.show(request, response, <UnlockPage state={token === undefined ? 'invalid' : { token }} />);
  }

  @Post()
  @Public()
  async unlock(
    @Req() request: Request,
    @Res() response: Response,
    @Body() { unlock_token: token = '' }: UnlockToken,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const state = (await this.unlocks.redeem(token, origin)) ? 'done' : 'invalid';
    this.pages.show(request, response, <UnlockPage state={state} />);
  }
}
