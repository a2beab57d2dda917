import { Injectable } from '@nestjs/common';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { AuditService } from '../audit/audit.service.js';
import type { AccountState } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { readAssertion } from './passkey-answer.js';
import { PasskeyChallenges, type PasskeyPurpose } from './passkey-challenges.service.js';
import { PasskeyErrors } from './passkeys.errors.js';
import { RelyingParty } from './relying-party.service.js';
import { webAuthn } from './web-authn.js';

const CHALLENGE_MS = 5 * 60_000;

/** A passkey that has signed what we asked, and whose it is. */
export interface ProvenPasskey {
  passkeyId: string;
  accountId: string;
  uid: string;
  state: AccountState;
  /** What it adds to `amr`: RFC 8176 tells keys in hardware from those that travel. */
  amr: string[];
}

interface CredentialRow {
  id: string;
  account_id: string;
  uid: string;
  state: AccountState;
  public_key: Buffer;
  counter: string;
  is_synced: boolean;
}

const FIND = `
  SELECT passkeys.id, account_id, accounts.uid, accounts.state, public_key, counter, is_synced
  FROM passkeys JOIN accounts ON accounts.id = account_id WHERE credential_id = $1`;

/** A counter that does not go up tells of a copy; makers whose keys travel leave it at 0 (section 6.1.1). */
const USE = `
  UPDATE passkeys SET counter = $2, backed_up = $3, last_used_at = now()
  WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING 1`;

/** Proving who you are with a passkey: one way, for our pages and for OAuth (Web Authentication, section 7.2). */
@Injectable()
export class PasskeyProofs {
  constructor(
    private readonly database: Database,
    private readonly relyingParty: RelyingParty,
    private readonly challenges: PasskeyChallenges,
    private readonly audit: AuditService,
  ) {}

  /**
   * What the browser is told. Where nobody is known yet, it names no passkeys and the person has to unlock theirs: then
   * it stands for both factors, and the answer is alike whoever has an account.
   */
  async ask(purpose: PasskeyPurpose): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { accountId } = purpose;
    const challenge = await this.challenges.open(purpose);
    const { generateAuthenticationOptions } = await webAuthn();
    return generateAuthenticationOptions({
      rpID: this.relyingParty.id,
      challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
      timeout: CHALLENGE_MS,
      userVerification: accountId === undefined ? 'required' : 'preferred',
      ...(accountId !== undefined && { allowCredentials: await this.credentialsOf(accountId) }),
    });
  }

  /** Whether the account has any. */
  async has(accountId: string): Promise<boolean> {
    return (await this.credentialsOf(accountId)).length > 0;
  }

  /**
   * @param answer the assertion as JSON
   * @throws AppError 403 when it is no good, or does not answer what this browser was asked
   */
  async prove(answer: string, purpose: PasskeyPurpose, origin: RequestOrigin): Promise<ProvenPasskey> {
    const read = readAssertion(answer);
    if (!read) throw PasskeyErrors.invalid();
    if (!(await this.challenges.consume(read.challenge, purpose))) throw PasskeyErrors.challengeOver();
    const row = await this.find(read.response.id);
    if (!row || !(await this.isGood(read, row, purpose))) {
      await this.recordFailure(row?.uid ?? null, purpose, origin);
      throw PasskeyErrors.invalid();
    }
    const { id: passkeyId, account_id: accountId, uid, state, is_synced: isSynced } = row;
    return { passkeyId, accountId, uid, state, amr: [isSynced ? 'swk' : 'hwk', 'mfa'] };
  }

  private async isGood(
    { response, challenge }: NonNullable<ReturnType<typeof readAssertion>>,
    row: CredentialRow,
    { accountId }: PasskeyPurpose,
  ): Promise<boolean> {
    if (accountId !== undefined && accountId !== row.account_id) return false;
    const { userHandle } = response.response;
    if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString() !== row.uid) return false;
    const { verifyAuthenticationResponse } = await webAuthn();
    const result = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: this.relyingParty.origin,
      expectedRPID: this.relyingParty.id,
      credential: { id: response.id, publicKey: Uint8Array.from(row.public_key), counter: Number(row.counter) },
      // After a right password having it is enough.
      requireUserVerification: accountId === undefined,
    }).catch(() => undefined);
    if (!result?.verified) return false;
    const { newCounter, credentialBackedUp } = result.authenticationInfo;
    return (await this.database.query('use-passkey', USE, [row.id, newCounter, credentialBackedUp])).length > 0;
  }

  private async find(id: string): Promise<CredentialRow | undefined> {
    const values = [Buffer.from(id, 'base64url')];
    const rows = await this.database.query<CredentialRow>('find-passkey-credential', FIND, values);
    return rows[0];
  }

  private async credentialsOf(accountId: string): Promise<{ id: string; transports: string[] }[]> {
    const rows = await this.database.query<{ credential_id: Buffer; transports: string[] }>(
      'passkey-credentials',
      'SELECT credential_id, transports FROM passkeys WHERE account_id = $1 ORDER BY created_at',
      [accountId],
    );
    return rows.map(({ credential_id: id, transports }) => ({ id: id.toString('base64url'), transports }));
  }

  private async recordFailure(uid: string | null, { name }: PasskeyPurpose, origin: RequestOrigin): Promise<void> {
    await this.database.transaction((tx) =>
      this.audit.record(tx, { action: 'passkey.failed', actor: null, target: uid, origin, details: { purpose: name } }),
    );
  }
}
