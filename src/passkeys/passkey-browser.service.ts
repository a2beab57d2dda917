import { Injectable } from '@nestjs/common';
import type { CookieOptions, Request, Response } from 'express';
import { cookieOf } from '../common/cookies.js';
import { Config } from '../config/config.js';
import { newToken } from '../infra/crypto/random-token.js';

const MINUTES_5 = 5 * 60_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The cookie by which a browser shows that it is the one that was asked. One serves all tabs, so that they don't part. */
@Injectable()
export class PasskeyBrowser {
  private readonly name: string;
  private readonly options: CookieOptions;

  constructor(config: Config) {
    const { isHttps: secure } = config;
    this.name = secure ? '__Host-barong_passkey' : 'barong_passkey';
    this.options = { httpOnly: true, sameSite: 'lax', secure, path: '/' };
  }

  /** Gives the browser its cookie, or lets the one it has live on. @returns what is in it */
  mark(request: Request, response: Response): string {
    const token = this.read(request) ?? newToken().token;
    response.cookie(this.name, token, { ...this.options, maxAge: MINUTES_5 });
    return token;
  }

  read(request: Request): string | undefined {
    const value = cookieOf(request, this.name);
    return value !== undefined && TOKEN.test(value) ? value : undefined;
  }
}
