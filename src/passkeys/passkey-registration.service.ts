import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PublicKeyCredentialCreationOptionsJSON, VerifiedRegistrationResponse } from '@simplewebauthn/server';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { readRegistration } from './passkey-answer.js';
import { PasskeyChallenges, type PasskeyPurpose } from './passkey-challenges.service.js';
import { PasskeyErrors } from './passkeys.errors.js';
import { MOST_PASSKEYS } from './passkeys.service.js';
import { RelyingParty } from './relying-party.service.js';
import { webAuthn } from './web-authn.js';

const CHALLENGE_MS = 5 * 60_000;
/** EdDSA, ES256, RS256 (COSE): what devices have. */
const ALGORITHMS = [-8, -7, -257];

type NewCredential = NonNullable<VerifiedRegistrationResponse['registrationInfo']>;

/** Adding a passkey: the browser is asked to make one, and what it made is kept. */
@Injectable()
export class PasskeyRegistrationService {
  constructor(
    private readonly database: Database,
    private readonly relyingParty: RelyingParty,
    private readonly challenges: PasskeyChallenges,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
  ) {}

  /** What the browser is told, good for five minutes. @param browser see PasskeyBrowser */
  async begin({ account }: Principal, browser: string): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const existing = await this.database.query<{ credential_id: Buffer; transports: string[] }>(
      'passkeys-to-exclude',
      'SELECT credential_id, transports FROM passkeys WHERE account_id = $1',
      [account.id],
    );
    if (existing.length >= MOST_PASSKEYS) throw PasskeyErrors.tooMany(MOST_PASSKEYS);
    const challenge = await this.challenges.open(purposeOf(account.id, browser));
    const { generateRegistrationOptions } = await webAuthn();
    return generateRegistrationOptions({
      rpName: this.relyingParty.name,
      rpID: this.relyingParty.id,
      userName: account.email,
      // Says nothing about the person, unlike the address, which stays on the device.
      userID: new TextEncoder().encode(account.uid),
      challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
      timeout: CHALLENGE_MS,
      attestationType: 'none',
      excludeCredentials: existing.map(({ credential_id: id, transports }) => ({
        id: id.toString('base64url'),
        transports,
      })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  }

  /**
   * Keeps what the browser made, and tells the owner.
   * @param answer the credential as JSON
   * @throws AppError 403 when it does not answer what this browser was asked, 409 for one that is kept already, 422
   *   when there are ten
   */
  async finish(
    { account }: Principal,
    browser: string | undefined,
    given: { answer: string; name: string },
    origin: RequestOrigin,
  ): Promise<void> {
    const info = await this.verify(given.answer, purposeOf(account.id, browser));
    const id = randomUUID();
    await this.database.transaction(async (tx) => {
      // Additions to one account follow one another, or two of them could count nine each.
      await tx.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [account.id]);
      const rows = await tx
        .query<unknown[]>(
          `INSERT INTO passkeys
             (id, account_id, name, credential_id, public_key, counter, transports, aaguid, is_synced, backed_up)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
           WHERE (SELECT count(*) FROM passkeys WHERE account_id = $2) < ${MOST_PASSKEYS} RETURNING id`,
          [id, account.id, given.name, ...columnsOf(info)],
        )
        .catch(translateTaken);
      if (rows.length === 0) throw PasskeyErrors.tooMany(MOST_PASSKEYS);
      const entry = { action: 'passkey.added', actor: account.uid, target: account.uid, details: { passkey: id } };
      await this.audit.record(tx, { ...entry, origin });
      await this.notifications.securityNotice(tx, account, 'passkeyAdded');
    });
  }

  private async verify(answer: string, purpose: PasskeyPurpose): Promise<NewCredential> {
    const read = await readRegistration(answer);
    if (!read) throw PasskeyErrors.invalid();
    if (!(await this.challenges.consume(read.challenge, purpose))) throw PasskeyErrors.challengeOver();
    const { verifyRegistrationResponse } = await webAuthn();
    const result = await verifyRegistrationResponse({
      response: read.response,
      expectedChallenge: read.challenge,
      expectedOrigin: this.relyingParty.origin,
      expectedRPID: this.relyingParty.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch(() => undefined);
    if (!result?.verified) throw PasskeyErrors.invalid();
    return result.registrationInfo;
  }
}

const purposeOf = (accountId: string, browser: string | undefined): PasskeyPurpose => ({
  name: 'registration',
  accountId,
  browser,
});

function columnsOf({ credential, aaguid, credentialDeviceType, credentialBackedUp }: NewCredential): unknown[] {
  const { id, publicKey, counter, transports = [] } = credential;
  const isSynced = credentialDeviceType === 'multiDevice';
  return [
    Buffer.from(id, 'base64url'),
    Buffer.from(publicKey),
    counter,
    transports,
    aaguid,
    isSynced,
    credentialBackedUp,
  ];
}

function translateTaken(error: unknown): never {
  if (violatedUniqueConstraint(error) === 'passkeys_credential_id_key') throw PasskeyErrors.taken();
  throw error;
}
