import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { API_SCOPES } from '../common/principal.js';
import { hashToken, newToken } from '../infra/crypto/random-token.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { Application, type ApplicationKind } from './application.entity.js';
import { ApplicationErrors } from './applications.errors.js';
import { originProblem, redirectUriProblem } from './redirect-uri.js';

/** Scopes that an application gets when whoever registers it names none. */
export const DEFAULT_SCOPES: readonly string[] = [
  'openid',
  'profile',
  'email',
  'phone',
  'offline_access',
  ...API_SCOPES,
];

export interface NewApplication {
  name: string;
  /** Random when absent. */
  uid?: string;
  /** Random when absent; public applications have none. */
  secret?: string;
  kind?: ApplicationKind;
  redirectUris?: string[];
  scopes?: string[];
  allowedOrigins?: string[];
  firstParty?: boolean;
  skipConsent?: boolean;
}

export interface CreatedApplication {
  application: Application;
  /** Shown this once; only its hash is kept. Undefined for public applications. */
  secret: string | undefined;
}

@Injectable()
export class ApplicationsService {
  constructor(
    @InjectRepository(Application) private readonly applications: Repository<Application>,
    private readonly audit: AuditService,
  ) {}

  list(): Promise<Application[]> {
    return this.applications.find({ order: { id: 'ASC' } });
  }

  findByUid(uid: string): Promise<Application | null> {
    return this.applications.findOneBy({ uid });
  }

  /**
   * Registers an application.
   * @param actor uid of who does it; null for a command of the operator
   * @throws AppError 422 when something about it is not allowed or its uid is taken
   */
  async create(input: NewApplication, actor: string | null): Promise<CreatedApplication> {
    const problems = problemsOf(input);
    if (problems.length > 0) throw ApplicationErrors.invalid(problems);
    const kind = input.kind ?? 'confidential';
    const secret = kind === 'confidential' ? (input.secret ?? newToken().token) : undefined;
    const application = await this.insert(input, kind, secret, actor);
    return { application, secret };
  }

  private async insert(
    input: NewApplication,
    kind: ApplicationKind,
    secret: string | undefined,
    actor: string | null,
  ): Promise<Application> {
    const uid = input.uid ?? randomBytes(16).toString('hex');
    try {
      return await this.applications.manager.transaction(async (tx) => {
        await tx.insert(Application, {
          uid,
          kind,
          name: input.name.trim(),
          secretHash: secret === undefined ? null : hashToken(secret),
          redirectUris: input.redirectUris ?? [],
          scopes: input.scopes ?? [...DEFAULT_SCOPES],
          allowedOrigins: input.allowedOrigins ?? [],
          firstParty: input.firstParty ?? false,
          skipConsent: input.skipConsent ?? false,
        });
        await this.audit.record(tx, { action: 'application.created', actor, target: uid, details: { kind } });
        return tx.findOneByOrFail(Application, { uid });
      });
    } catch (error) {
      if (violatedUniqueConstraint(error) === 'applications_uid_key') throw ApplicationErrors.uidTaken();
      throw error;
    }
  }
}

function problemsOf(input: NewApplication): string[] {
  const redirects = (input.redirectUris ?? []).map(redirectUriProblem);
  const origins = (input.allowedOrigins ?? []).map(originProblem);
  const unknown = (input.scopes ?? []).filter((scope) => !DEFAULT_SCOPES.includes(scope));
  const uidProblem = input.uid !== undefined && !/^[A-Za-z0-9._-]{3,64}$/.test(input.uid);
  return [
    ...(/^[^\p{Cc}]{1,100}$/u.test(input.name.trim()) ? [] : ['Name must have 1 to 100 characters']),
    ...(uidProblem ? ['Uid must have 3 to 64 letters, digits, dots, dashes or underscores'] : []),
    ...[...redirects, ...origins].filter((problem) => problem !== undefined),
    ...unknown.map((scope) => `${scope} is not a scope`),
  ];
}
