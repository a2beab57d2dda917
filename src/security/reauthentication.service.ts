import { Injectable } from '@nestjs/common';
import { CredentialsService } from '../accounts/credentials.service.js';
import type { Principal } from '../common/principal.js';
import { SecurityErrors } from './security.errors.js';

const RECENT_SECONDS = 15 * 60;

/** Before something that a thief of a session would want: the person signed in just now, or proves it again. */
@Injectable()
export class ReauthenticationService {
  constructor(private readonly credentials: CredentialsService) {}

  /**
   * @param password sent along with the request, if it was
   * @throws AppError 403 when the sign-in is older than 15 minutes and no password was sent, 401 for a wrong one
   */
  async assert(principal: Principal, password: string | undefined): Promise<void> {
    if (Date.now() / 1000 - principal.authTime <= RECENT_SECONDS) return;
    if (password === undefined) throw SecurityErrors.reauthenticationRequired();
    if (!(await this.credentials.matches(principal.account.id, password))) throw SecurityErrors.wrongPassword();
  }
}
