import { Injectable } from '@nestjs/common';
import type { CookieOptions, Request, Response } from 'express';
import { cookieOf } from '../common/cookies.js';
import { Config } from '../config/config.js';

const MINUTES_5 = 5 * 60_000;

/** A right password that waits for its second factor stays in the browser that gave it (CONTROLS C-20). */
@Injectable()
export class ChallengeCookie {
  private readonly name: string;
  private readonly options: CookieOptions;

  constructor(config: Config) {
    const { isHttps: secure } = config;
    this.name = secure ? '__Secure-barong_challenge' : 'barong_challenge';
    this.options = { httpOnly: true, sameSite: 'lax', secure, path: '/sign-in' };
  }

  set(response: Response, challenge: string): void {
    response.cookie(this.name, challenge, { ...this.options, maxAge: MINUTES_5 });
  }

  read(request: Request): string | undefined {
    return cookieOf(request, this.name);
  }

  clear(response: Response): void {
    response.clearCookie(this.name, this.options);
  }
}
