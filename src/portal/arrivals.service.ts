import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DeviceCookie } from '../accounts/device-cookie.service.js';
import type { Principal } from '../common/principal.js';
import { PageSessions } from '../oauth/page-sessions/page-sessions.service.js';
import type { PersonSignedIn } from '../sessions/interactive-sign-in.service.js';
import { ChallengeCookie } from './challenge-cookie.service.js';

/** Where the steps of a sign-in on our own pages belong; they are good nowhere else. */
export const PLACE = 'pages';

export interface Destination {
  /** As the form sent it; anything but undefined keeps the person signed in. */
  remember?: string | undefined;
  /** Path of this server. */
  returnTo?: string | undefined;
}

/** The last step of every way to sign in on our own pages, and the way out. */
@Injectable()
export class Arrivals {
  constructor(
    private readonly sessions: PageSessions,
    private readonly challenges: ChallengeCookie,
    private readonly devices: DeviceCookie,
  ) {}

  /** What makes a known browser known, for whoever counts its tries. */
  deviceCookieOf(request: Request): string | undefined {
    return this.devices.read(request);
  }

  async arrive(
    request: Request,
    response: Response,
    person: PersonSignedIn,
    { remember, returnTo }: Destination,
  ): Promise<void> {
    this.challenges.clear(response);
    await this.sessions.open(request, response, person, remember !== undefined);
    this.devices.remember(request, response, person);
    response.redirect(303, returnTo ?? '/account');
  }

  async leave(request: Request, response: Response, principal: Principal): Promise<void> {
    await this.sessions.close(request, response, principal);
    response.redirect(303, '/');
  }
}
