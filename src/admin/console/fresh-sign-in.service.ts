import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { AppError } from '../../common/app-error.js';
import type { Principal } from '../../common/principal.js';
import { ReauthenticationService } from '../../security/reauthentication.service.js';

const AGAIN = 'session.reauthentication_required';

export const asksForProof = (error: unknown): boolean => error instanceof AppError && error.code === AGAIN;

/** Pages whose forms a thief of a session would want: whoever opens them signed in a short while ago (CONTROLS 1). */
@Injectable()
export class FreshSignIn {
  constructor(private readonly reauthentication: ReauthenticationService) {}

  /**
   * Sends whoever signed in too long ago to do it again, and then back.
   * @param path of the page with the form
   * @returns whether the caller may go on; otherwise the answer is sent already
   */
  async isGiven(principal: Principal, response: Response, path: string): Promise<boolean> {
    try {
      await this.reauthentication.assert(principal, undefined);
      return true;
    } catch (error) {
      if (!asksForProof(error)) throw error;
      response.redirect(303, `/sign-in/again?return_to=${encodeURIComponent(path)}`);
      return false;
    }
  }
}
