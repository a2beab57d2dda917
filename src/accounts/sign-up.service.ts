import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RequestOrigin } from '../common/request-origin.js';
import type { Config } from '../config/config.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { Database } from '../infra/database/database.service.js';
import { networkOf } from '../infra/rate-limit/network.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { AccountErrors, EMAIL_TAKEN } from './accounts.errors.js';
import { ConfirmationMailsService } from './confirmation-mails.service.js';
import { CredentialsService } from './credentials.service.js';
import { canonicalEmail } from './email-address.js';
import { NewAccounts } from './new-accounts.service.js';
import { SignUpQueue } from './sign-up-queue.js';

/** Blank arrives as '' or null. */
export interface SignUp {
  email: string | null;
  password: string | null;
}

interface Disclosure {
  disclosure: Config['signupDisclosure'];
}

/** CONTROLS 2. */
const PER_NETWORK: Limit = { name: 'sign-up', points: 10, seconds: 3600 };

@Injectable()
export class SignUpService {
  private readonly queue = new SignUpQueue();

  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialsService,
    private readonly confirmationMails: ConfirmationMailsService,
    private readonly accounts: NewAccounts,
    private readonly limits: RateLimits,
  ) {}

  /**
   * Makes an account and writes to its owner. Where sign-up is neutral, a taken address answers like a free one.
   * @param disclosure `neutral` on pages always, at the API as SIGNUP_DISCLOSURE says
   * @throws AppError 422 with the sentences of the contract, 429
   */
  async signUp(input: SignUp, origin: RequestOrigin, disclosure: Config['signupDisclosure']): Promise<void> {
    await this.limits.take(PER_NETWORK, networkOf(origin.ip));
    const email = canonicalEmail(input.email ?? '');
    await this.queue.oneAtATime(email ?? '', () => this.signUpAlone({ ...input, disclosure }, email, origin));
  }

  private async signUpAlone(input: SignUp & Disclosure, email: string | null, origin: RequestOrigin): Promise<void> {
    const password = input.password ?? '';
    const problems = [...(await this.emailProblems(input, email)), ...this.credentials.problemsWith(password, email)];
    if (problems.length > 0 || email === null) throw AccountErrors.invalidSignUp(problems);
    const passwordHash = await this.credentials.hashAcceptable(password, email, AccountErrors.invalidSignUp);
    try {
      await this.database.transaction((tx) => this.create(tx, email, passwordHash, origin));
    } catch (error) {
      await this.whenTaken(error, email, input);
    }
  }

  private async emailProblems(input: SignUp & Disclosure, email: string | null): Promise<string[]> {
    if ((input.email ?? '').trim() === '') return [`Email can't be blank`];
    if (email === null) return ['Email is invalid'];
    // Looking first only spares the hash and lets both complaints be made at once; the constraint decides.
    return input.disclosure === 'compat' && (await this.isTaken(email)) ? [EMAIL_TAKEN] : [];
  }

  private async isTaken(email: string): Promise<boolean> {
    const rows = await this.database.query('account-email-taken', 'SELECT 1 FROM accounts WHERE email = $1', [email]);
    return rows.length > 0;
  }

  private async create(tx: EntityManager, email: string, passwordHash: string, origin: RequestOrigin): Promise<void> {
    const { id, uid } = await this.accounts.add(tx, { email, passwordHash }, { origin });
    await this.confirmationMails.send(tx, { id, uid, email });
  }

  private async whenTaken(error: unknown, email: string, { disclosure }: Disclosure): Promise<void> {
    if (violatedUniqueConstraint(error) !== 'accounts_email_key') throw error;
    if (disclosure === 'compat') throw AccountErrors.invalidSignUp([EMAIL_TAKEN]);
    await this.confirmationMails.remindOwner(email);
  }
}
