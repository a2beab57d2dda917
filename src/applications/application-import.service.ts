import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Config } from '../config/config.js';
import { hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { applicationProblems, DEFAULT_SCOPES } from './application-rules.js';
import { redirectUriProblem } from './redirect-uri.js';

/** An OAuth client of another server, which kept its secret. */
export interface ImportedApplication {
  uid: string;
  name: string;
  secret: string;
  redirectUris: string[];
  /** Asked for at the other server; those that we don't have are left out, and none means all. */
  scopes: string[];
  /** Without effect unless it is first-party. */
  skipConsent: boolean;
  firstParty: boolean;
}

export interface ApplicationImport {
  /** `invalid`: its uid, name or number of URIs is not allowed here. `known`: its uid is here already. */
  result: 'added' | 'known' | 'invalid';
  /** How many redirect URIs were left out because they are not allowed here. */
  refusedUris: number;
}

/** OAuth clients that come from another server: their uid and secret stay good. */
@Injectable()
export class ApplicationImportService {
  constructor(
    private readonly config: Config,
    private readonly audit: AuditService,
    private readonly database: Database,
  ) {}

  /** Which of the uids belong to applications here, and whether those take passwords. */
  async knownAmong(uids: string[]): Promise<Map<string, boolean>> {
    const rows = await this.database.query<{ uid: string; first_party: boolean }>(
      'known-applications',
      'SELECT uid, first_party FROM applications WHERE uid = ANY ($1::text[])',
      [uids],
    );
    return new Map(rows.map(({ uid, first_party: isFirstParty }) => [uid, isFirstParty]));
  }

  /** Confidential, and without PKCE: a client of 2018 sends none (CONTRACT 2 leaves the choice to us). */
  async add(tx: EntityManager, given: ImportedApplication): Promise<ApplicationImport> {
    const redirectUris = given.redirectUris.filter((uri) => redirectUriProblem(uri) === undefined);
    const refusedUris = given.redirectUris.length - redirectUris.length;
    const known = given.scopes.filter((scope) => DEFAULT_SCOPES.includes(scope));
    const scopes = known.length > 0 ? known : [...DEFAULT_SCOPES];
    const { uid, secret, firstParty } = given;
    // Who may not have people's passwords may not take their consent for granted either.
    const skipConsent = given.skipConsent && firstParty;
    const name = given.name.trim();
    const problems = applicationProblems(
      { uid, name, redirectUris, scopes },
      'confidential',
      !this.config.isProduction,
    );
    if (Object.keys(problems).length > 0 || secret === '') return { result: 'invalid', refusedUris };
    const rows = await tx.query<unknown[]>(
      `INSERT INTO applications (uid, name, secret_hash, redirect_uris, scopes, skip_consent, first_party, require_pkce)
       VALUES ($1, $2, $3, $4, $5, $6, $7, false) ON CONFLICT (uid) DO NOTHING RETURNING id`,
      [uid, name, hashToken(secret), redirectUris, scopes, skipConsent, firstParty],
    );
    if (rows.length === 0) return { result: 'known', refusedUris };
    const after = { name, kind: 'confidential', redirect_uris: redirectUris, scopes, first_party: firstParty };
    const details = { after: { ...after, skip_consent: skipConsent, require_pkce: false }, by: 'import' };
    await this.audit.record(tx, { action: 'application.created', actor: null, target: uid, details });
    return { result: 'added', refusedUris };
  }
}
