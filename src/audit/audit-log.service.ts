import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { type Page, type PageQuery, pageBounds } from '../common/pagination.js';
import { PagedLists } from '../infra/database/paged-lists.service.js';
import type { RowSource } from '../infra/database/row-source.js';
import { AuditEntry } from './audit-entry.entity.js';

/** Everything that is given must hold. */
export interface AuditFilter {
  /** Uid. */
  actor?: string | undefined;
  target?: string | undefined;
  /** Beginning of an action, such as `account.`. */
  action?: string | undefined;
  /** The first moment. */
  from?: Date | undefined;
  /** The first moment that no longer counts. */
  to?: Date | undefined;
}

/** The record as staff read it. */
@Injectable()
export class AuditLogService {
  constructor(
    @InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>,
    private readonly lists: PagedLists,
  ) {}

  /** Newest first. */
  async find(filter: AuditFilter, query: PageQuery): Promise<Page<AuditEntry>> {
    const { page, perPage, offset } = pageBounds(query);
    const { ids, total, isExact } = await this.lists.page({ walk: entriesMatching(filter) }, offset, perPage);
    const rows = await this.entries.find({ where: { id: In(ids) }, order: { id: 'DESC' } });
    return { rows, total, isExact, page, perPage };
  }
}

function entriesMatching({ actor, target, action, from, to }: AuditFilter): RowSource {
  const values: unknown[] = [];
  const when = (condition: string, value: unknown): string[] =>
    value === undefined ? [] : [`${condition} $${values.push(value)}`];
  const conditions = [
    ...when('actor_uid =', actor),
    ...when('target =', target),
    ...when('action LIKE', action === undefined ? undefined : `${action.replace(/[\\%_]/g, '\\$&')}%`),
    ...when('at >=', from),
    ...when('at <', to),
  ];
  return { from: `audit_entries${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`, values };
}
