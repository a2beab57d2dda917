import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { type Page, type PageQuery, pageBounds } from '../common/pagination.js';
import { PagedLists } from '../infra/database/paged-lists.service.js';
import { type AccountFilter, accountsMatching } from './account-filter.js';
import { Account } from './account.entity.js';

/** The staff's view of all accounts. */
@Injectable()
export class AccountSearchService {
  constructor(
    @InjectRepository(Account) private readonly accounts: Repository<Account>,
    private readonly lists: PagedLists,
  ) {}

  /** Newest first. */
  async find(filter: AccountFilter, query: PageQuery): Promise<Page<Account>> {
    const { page, perPage, offset } = pageBounds(query);
    const { ids, total, isExact } = await this.lists.page(accountsMatching(filter), offset, perPage);
    const rows = await this.accounts.find({ where: { id: In(ids) }, order: { id: 'DESC' } });
    return { rows, total, isExact, page, perPage };
  }
}
