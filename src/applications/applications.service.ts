import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, QueryDeepPartialEntity, Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Page, type PageQuery, pageBounds } from '../common/pagination.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Config } from '../config/config.js';
import { hashToken, newToken } from '../infra/crypto/random-token.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { applicationProblems, DEFAULT_SCOPES, isApplicationUid, newApplicationUid } from './application-rules.js';
import { type ApplicationSettings, changesOf, settingsOf } from './application-settings.js';
import { Application } from './application.entity.js';
import { ApplicationErrors } from './applications.errors.js';

export { DEFAULT_SCOPES };

export interface NewApplication extends Partial<ApplicationSettings> {
  name: string;
  /** Random when absent. */
  uid?: string;
  /** Random when absent; public applications have none. */
  secret?: string;
}

export interface CreatedApplication {
  application: Application;
  /** Shown this once; only its hash is kept. Undefined for public applications. */
  secret: string | undefined;
}

type Row = QueryDeepPartialEntity<Application>;

/** Under a uid that no token, page or form can name: whatever asks for it finds nothing, and its own is free again. */
const MARK_DELETED = `
  UPDATE applications SET deleted_at = now(), uid = 'deleted ' || id, first_party = false, allowed_origins = '{}',
    redirect_uris = '{}', post_logout_redirect_uris = '{}', backchannel_logout_uri = NULL,
    previous_secret_hash = NULL, previous_secret_expires_at = NULL
  WHERE id = $1 AND deleted_at IS NULL`;

/** OAuth clients; their secrets are in application-secrets.service.ts. `actor` is null for commands of the operator. */
@Injectable()
export class ApplicationsService {
  constructor(
    @InjectRepository(Application) private readonly applications: Repository<Application>,
    private readonly audit: AuditService,
    private readonly config: Config,
  ) {}

  list(): Promise<Application[]> {
    return this.applications.find({ order: { id: 'ASC' } });
  }

  /** Newest first. */
  async listPage(query: PageQuery): Promise<Page<Application>> {
    const { page, perPage, offset } = pageBounds(query);
    const [rows, total] = await this.applications.findAndCount({ order: { id: 'DESC' }, skip: offset, take: perPage });
    return { rows, total, page, perPage };
  }

  findByUid(uid: string): Promise<Application | null> {
    return this.applications.findOneBy({ uid });
  }

  /** @throws AppError 404 */
  async getByUid(uid: string): Promise<Application> {
    const application = isApplicationUid(uid) ? await this.findByUid(uid) : null;
    if (!application) throw ApplicationErrors.notFound();
    return application;
  }

  /** @throws AppError 422 when something about it is not allowed or its uid is taken */
  async create(input: NewApplication, actor: string | null, origin?: RequestOrigin): Promise<CreatedApplication> {
    const { uid = newApplicationUid(), kind = 'confidential' } = input;
    this.assertAllowed({ ...input, uid }, kind);
    const secret = kind === 'public' ? undefined : (input.secret ?? newToken().token);
    const settings = settingsOf({ scopes: [...DEFAULT_SCOPES], ...input, kind }, kind);
    const application = await this.applications.manager.transaction(async (tx) => {
      await insert(tx, { ...(settings as Row), uid, secretHash: secret === undefined ? null : hashToken(secret) });
      const { after } = changesOf({}, settings);
      await this.audit.record(tx, { action: 'application.created', actor, target: uid, origin, details: { after } });
      return tx.findOneByOrFail(Application, { uid });
    });
    return { application, secret };
  }

  /**
   * Changes what is given. The kind stays as it is: a public application has no secret that could begin to count.
   * @throws AppError 404, 422 when something is not allowed
   */
  async change(
    uid: string,
    change: Partial<Omit<ApplicationSettings, 'kind'>>,
    actor: string | null,
    origin?: RequestOrigin,
  ): Promise<Application> {
    const { id } = await this.getByUid(uid);
    return this.applications.manager.transaction(async (tx) => {
      const present = await tx.findOne(Application, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!present) throw ApplicationErrors.notFound();
      this.assertAllowed(change, present.kind);
      const settings = settingsOf(change, present.kind);
      const details = changesOf(present, settings);
      if (Object.keys(details.after).length === 0) return present;
      await tx.update(Application, { id }, { ...(settings as Row), updatedAt: () => 'now()' });
      await this.audit.record(tx, { action: 'application.changed', actor, target: uid, origin, details });
      return tx.findOneByOrFail(Application, { id });
    });
  }

  /**
   * It is gone at once and the guard refuses its tokens from the next request on; its sessions and consents, which may
   * be very many, go in batches. @throws AppError 404
   */
  async remove(uid: string, actor: string | null, origin?: RequestOrigin): Promise<void> {
    const { id } = await this.getByUid(uid);
    await this.applications.manager.transaction(async (tx) => {
      const [, marked] = await tx.query<[unknown[], number]>(MARK_DELETED, [id]);
      if (marked === 0) throw ApplicationErrors.notFound();
      await this.audit.record(tx, { action: 'application.deleted', actor, target: uid, origin });
    });
  }

  private assertAllowed(given: Partial<NewApplication>, kind: string): void {
    const problems = applicationProblems(given, kind, !this.config.isProduction);
    if (Object.keys(problems).length > 0) throw ApplicationErrors.invalid(problems);
  }
}

async function insert(tx: EntityManager, row: Row): Promise<void> {
  try {
    await tx.insert(Application, row);
  } catch (error) {
    if (violatedUniqueConstraint(error) === 'applications_uid_key') throw ApplicationErrors.uidTaken();
    throw error;
  }
}
