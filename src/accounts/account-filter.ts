import type { AccountState, Role } from '../common/principal.js';
import type { NewestFirst, RowSource } from '../infra/database/row-source.js';

export const ROLES = ['member', 'compliance', 'admin'] as const satisfies readonly Role[];
export const ACCOUNT_STATES = ['pending', 'active', 'locked', 'banned'] as const satisfies readonly AccountState[];
const LEVELS = [0, 1, 2, 3];

/** What staff look for; everything that is given must hold. */
export interface AccountFilter {
  /** Beginning of an address or uid, in any case. */
  q?: string | undefined;
  state?: AccountState | undefined;
  role?: Role | undefined;
  level?: number | undefined;
}

type Bind = (value: unknown) => string;

/** Turns a filter into SQL. Each form suits one of the indexes of migration 1790000014000. */
export function accountsMatching(filter: AccountFilter): NewestFirst {
  const search = (filter.q ?? '').trim().normalize('NFKC');
  // Every uid begins with these, so they leave nobody out.
  if (['', 'I', 'ID'].includes(search.toUpperCase())) return accountsOfKind(filter);
  return {
    walk: source((bind) => accounts([`(${searches(search, bind).join(' OR ')})`, ...facets(filter, bind)])),
    collect: source((bind) => eitherOf(searches(search, bind), facets(filter, bind))),
  };
}

function accountsOfKind(filter: AccountFilter): NewestFirst {
  const walk = source((bind) => accounts(facets(filter, bind)));
  if (walk.values.length === 0) return { walk };
  return { walk, collect: source((bind) => accounts(allFacets(filter, bind))) };
}

function source(write: (bind: Bind) => string): RowSource {
  const values: unknown[] = [];
  return { from: write((value) => `$${values.push(value)}`), values };
}

function facets({ state, role, level }: AccountFilter, bind: Bind): string[] {
  return [
    ...(state === undefined ? [] : [`state = ${bind(state)}`]),
    ...(role === undefined ? [] : [`role = ${bind(role)}`]),
    ...(level === undefined ? [] : [`level = ${bind(level)}`]),
  ];
}

/** The index is on all three, so each is named, with every value it may have where none is asked for. */
function allFacets({ state, role, level }: AccountFilter, bind: Bind): string[] {
  return [
    `state = ANY (${bind(state === undefined ? ACCOUNT_STATES : [state])}::text[])`,
    `role = ANY (${bind(role === undefined ? ROLES : [role])}::text[])`,
    `level = ANY (${bind(level === undefined ? LEVELS : [level])}::smallint[])`,
  ];
}

function searches(search: string, bind: Bind): string[] {
  const address = beginsWith('email', search.toLowerCase(), bind);
  const mayBeUid = /^ID[0-9A-F]{1,10}$/i.test(search);
  return mayBeUid ? [beginsWith('uid', search.toUpperCase(), bind), address] : [address];
}

/** The operators of text_pattern_ops: byte by byte, so that everything that begins so lies between these two. */
function beginsWith(column: 'email' | 'uid', text: string, bind: Bind): string {
  return `(${column} ~>=~ ${bind(text)} AND ${column} ~<~ ${bind(`${text}\u{10FFFF}`)})`;
}

/** Each condition by its own index; what the first has found is not found again. Few addresses begin like a uid. */
function eitherOf([first = '', second]: string[], more: string[]): string {
  if (second === undefined) return accounts([first, ...more]);
  const parts = [accounts([first, ...more]), accounts([second, `NOT ${first}`, ...more])];
  return `(${parts.map((rows) => `SELECT id FROM ${rows}`).join(' UNION ALL ')}) AS found`;
}

function accounts(conditions: string[]): string {
  return conditions.length === 0 ? 'accounts' : `accounts WHERE ${conditions.join(' AND ')}`;
}
