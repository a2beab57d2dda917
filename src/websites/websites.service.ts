import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Page, type PageQuery, pageBounds } from '../common/pagination.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { Database } from '../infra/database/database.service.js';
import { Brands } from './brands.service.js';
import { type Branding, brandingProblems, tidied } from './website-branding.js';
import { Website } from './website.entity.js';
import { WebsiteErrors } from './websites.errors.js';

/** Largest id that the database has. */
const ID = /^[1-9]\d{0,17}$/;
const FIELDS = ['host', 'name', 'primaryColor', 'backgroundColor', 'logoPath', 'supportEmail'] as const;

/** Branding by host. `actor` is the uid of who changes it. */
@Injectable()
export class WebsitesService {
  constructor(
    @InjectRepository(Website) private readonly websites: Repository<Website>,
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly brands: Brands,
  ) {}

  /** By host. */
  async listPage(query: PageQuery): Promise<Page<Website>> {
    const { page, perPage, offset } = pageBounds(query);
    const [rows, total] = await this.websites.findAndCount({ order: { host: 'ASC' }, skip: offset, take: perPage });
    return { rows, total, page, perPage };
  }

  /** @throws AppError 404 */
  async get(id: string): Promise<Website> {
    const website = ID.test(id) ? await this.websites.findOneBy({ id }) : null;
    if (!website) throw WebsiteErrors.notFound();
    return website;
  }

  /** @throws AppError 422 when something is not allowed or the host has a website already */
  async create(
    input: Partial<Branding> & Pick<Branding, 'host' | 'name'>,
    actor: string,
    origin: RequestOrigin,
  ): Promise<Website> {
    const branding = assertAllowed(input);
    return this.write(() =>
      this.database.transaction(async (tx) => {
        const { generatedMaps } = await tx.insert(Website, branding);
        const id = String(generatedMaps[0]?.id);
        const details = { website: id, after: named(branding) };
        await this.audit.record(tx, { action: 'website.created', actor, target: null, origin, details });
        return tx.findOneByOrFail(Website, { id });
      }),
    );
  }

  /** Changes what is given. @throws AppError 404, 422 as `create` */
  async change(id: string, change: Partial<Branding>, actor: string, origin: RequestOrigin): Promise<Website> {
    const branding = assertAllowed(change);
    await this.get(id);
    return this.write(() =>
      this.database.transaction(async (tx) => {
        const present = await tx.findOne(Website, { where: { id }, lock: { mode: 'pessimistic_write' } });
        if (!present) throw WebsiteErrors.notFound();
        const changed = FIELDS.filter((field) => branding[field] !== undefined && branding[field] !== present[field]);
        if (changed.length === 0) return present;
        const pick = (from: Partial<Branding>) => Object.fromEntries(changed.map((field) => [field, from[field]]));
        await tx.update(Website, { id }, { ...pick(branding), updatedAt: () => 'now()' });
        const details = { website: id, before: named(pick(present)), after: named(pick(branding)) };
        await this.audit.record(tx, { action: 'website.changed', actor, target: null, origin, details });
        return tx.findOneByOrFail(Website, { id });
      }),
    );
  }

  /** @throws AppError 404 */
  async remove(id: string, actor: string, origin: RequestOrigin): Promise<void> {
    const { host } = await this.get(id);
    await this.write(() =>
      this.database.transaction(async (tx) => {
        const { affected } = await tx.delete(Website, { id });
        if (affected === 0) throw WebsiteErrors.notFound();
        const details = { website: id, before: { host } };
        await this.audit.record(tx, { action: 'website.deleted', actor, target: null, origin, details });
      }),
    );
  }

  private async write<T>(change: () => Promise<T>): Promise<T> {
    try {
      const result = await change();
      await this.brands.refresh();
      return result;
    } catch (error) {
      if (violatedUniqueConstraint(error) === 'websites_host_key') throw WebsiteErrors.hostTaken();
      throw error;
    }
  }
}

function assertAllowed(given: Partial<Branding>): Partial<Branding> {
  const branding = tidied(given);
  const problems = brandingProblems(branding);
  if (Object.keys(problems).length > 0) throw WebsiteErrors.invalid(problems);
  return branding;
}

/** Under the names of the API, for the audit log. */
function named({ host, name, primaryColor, backgroundColor, logoPath, supportEmail }: Partial<Branding>) {
  const fields = { host, name, primary_color: primaryColor, background_color: backgroundColor, logo_path: logoPath };
  return { ...fields, ...(supportEmail !== undefined && { support_email: supportEmail === null ? null : 'set' }) };
}
