import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { type GivenPassword, PasswordProofs } from './password-proofs.service.js';
import { type GivenFactor, SecondFactor } from './second-factor.service.js';
import { SessionErrors } from './sessions.errors.js';

export type SignIn = GivenPassword & GivenFactor & { applicationUid: string };

/** A person who has proved who they are, to an application that may ask for that. */
export interface SignedIn {
  accountId: string;
  uid: string;
  applicationId: string;
  /** The hash that the password was checked against; a session opens only while it still holds. */
  passwordHash: string;
  /** RFC 8176. */
  amr: string[];
}

/** Signing in with everything in one request: password, application, and the second factor where there is one. */
@Injectable()
export class SignInService {
  constructor(
    private readonly proofs: PasswordProofs,
    private readonly secondFactor: SecondFactor,
  ) {}

  /** @throws AppError 401 as PasswordProofs, 403 for the second factor, 429, 503 when too much waits to be hashed */
  async authenticate(input: SignIn, origin: RequestOrigin): Promise<SignedIn> {
    const proven = await this.proofs.prove(input, origin);
    const { accountId, uid, applicationId, passwordHash } = proven;
    if (applicationId === null) throw SessionErrors.unauthorized();
    const factor = await this.secondFactor.demand(proven, input, origin);
    return { accountId, uid, applicationId, passwordHash, amr: ['pwd', ...factor] };
  }
}
