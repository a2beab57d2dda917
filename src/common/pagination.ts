import type { Response } from 'express';
import { OptionalInteger } from './validation.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 200;
const MAX_PAGE = 100_000;

/** `page` (from 1) and `limit` of every list. */
export class PageQuery {
  @OptionalInteger({ min: 1, max: MAX_PAGE, description: 'From 1', example: 1 }) page?: number;
  @OptionalInteger({ min: 1, max: MAX_PAGE_SIZE, description: `Rows of a page; ${DEFAULT_PAGE_SIZE} by default` })
  limit?: number;
}

/** One page of a list with the number of all its rows. */
export interface Page<T> {
  rows: T[];
  total: number;
  /** False when the total is an estimate or up to a minute old, as it is in very long lists. */
  isExact?: boolean;
  page: number;
  perPage: number;
}

/** OFFSET and LIMIT for a page query. */
export function pageBounds(query: PageQuery): { page: number; perPage: number; offset: number } {
  const page = query.page ?? 1;
  const perPage = query.limit ?? DEFAULT_PAGE_SIZE;
  return { page, perPage, offset: (page - 1) * perPage };
}

/**
 * Says in `Total`, `Page` and `Per-Page` which part of the list the body holds; `Total-Approximate: true` when the
 * total is not to the row.
 */
export function setPageHeaders(response: Response, page: Page<unknown>): void {
  response.set({ Total: String(page.total), Page: String(page.page), 'Per-Page': String(page.perPage) });
  if (page.isExact === false) response.set('Total-Approximate', 'true');
}
