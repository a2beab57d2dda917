import { Injectable } from '@nestjs/common';
import type { CookieOptions, Request, Response } from 'express';
import { cookieOf } from '../common/cookies.js';
import { Config } from '../config/config.js';
import { DEVICE_DAYS, KnownDevices } from './known-devices.service.js';

/** Somebody who has just signed in on our pages. */
interface Arrival {
  /** Canonical. */
  email: string;
  /** Seconds since the epoch, by the database's clock. */
  authenticatedAt: number;
}

/** The cookie by which a browser is known again at its next sign-in. It signs nobody in. */
@Injectable()
export class DeviceCookie {
  private readonly name: string;
  private readonly options: CookieOptions;

  constructor(
    { isHttps: secure }: Config,
    private readonly devices: KnownDevices,
  ) {
    this.name = secure ? '__Host-barong_device' : 'barong_device';
    this.options = { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: DEVICE_DAYS * 86_400_000 };
  }

  /** Unchecked; KnownDevices makes something of it. */
  read(request: Request): string | undefined {
    return cookieOf(request, this.name);
  }

  remember(request: Request, response: Response, { email, authenticatedAt }: Arrival): void {
    response.cookie(this.name, this.devices.remember(this.read(request), email, authenticatedAt), this.options);
  }
}
