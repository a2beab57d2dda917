import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { DeviceCookie } from '../../../accounts/device-cookie.service.js';
import type { AuthenticatedRequest, Principal } from '../../../common/principal.js';
import { PageSessions } from '../../../oauth/page-sessions/page-sessions.service.js';
import type { PersonSignedIn } from '../../../sessions/interactive-sign-in.service.js';

/** Sessions end 12 hours after the sign-in, or 14 days where the person asked for that; something in between. */
const REMEMBERED_FROM_SECONDS = 13 * 3600;

/** Keeps a person signed in where they changed something that ended every session of theirs, this one too. */
@Injectable()
export class RenewedSessions {
  constructor(
    private readonly sessions: PageSessions,
    private readonly devices: DeviceCookie,
  ) {}

  /**
   * Opens another session in this browser, for as long as the one before.
   * @param person undefined when they may not be let in any more; then nobody is signed in
   */
  async open(
    request: AuthenticatedRequest,
    response: Response,
    principal: Principal,
    person: PersonSignedIn | undefined,
  ): Promise<void> {
    // A new password has ended what the browser was known by.
    if (person) this.devices.remember(request, response, person);
    // The forms of the page that is shown next belong to the new session.
    request.principal = person && {
      ...principal,
      sessionId: await this.sessions.open(request, response, person, isRemembered(principal)),
      amr: person.amr,
      authTime: person.authenticatedAt,
    };
  }

  /** Signs this browser out; the page that is shown next must not say otherwise. */
  async end(request: AuthenticatedRequest, response: Response, principal: Principal): Promise<void> {
    await this.sessions.close(request, response, principal);
    delete request.principal;
  }
}

const isRemembered = ({ expiresAt, authTime }: Principal): boolean => expiresAt - authTime > REMEMBERED_FROM_SECONDS;
