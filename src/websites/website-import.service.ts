import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { brandingProblems, tidied } from './website-branding.js';

/** Brands that come from another server: what it called itself under a host. */
@Injectable()
export class WebsiteImportService {
  constructor(private readonly audit: AuditService) {}

  /** @returns `known` when the host has a brand already, `invalid` when host or name are not allowed here */
  async add(tx: EntityManager, given: { host: string; name: string }): Promise<'added' | 'known' | 'invalid'> {
    const { host, name } = { ...given, ...tidied(given) };
    if (Object.keys(brandingProblems({ host, name })).length > 0) return 'invalid';
    const [row] = await tx.query<{ id: string }[]>(
      'INSERT INTO websites (host, name) VALUES ($1, $2) ON CONFLICT (host) DO NOTHING RETURNING id',
      [host, name],
    );
    if (!row) return 'known';
    const details = { website: row.id, after: { host, name }, by: 'import' };
    await this.audit.record(tx, { action: 'website.created', actor: null, target: null, details });
    return 'added';
  }
}
