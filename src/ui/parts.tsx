import type { ComponentChildren } from 'preact';
import { useFrame, useTexts } from './frame.js';

/** A word about a state, with a colour that says the same again. */
export function Badge({ tone, children }: { tone: 'good' | 'bad' | 'waiting' | 'plain'; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** A moment in words of the reader's language; times are UTC, since the server does not know where the reader is. */
export function Moment({ at, dateOnly = false }: { at: Date; dateOnly?: boolean }) {
  const { language } = useFrame();
  const style = dateOnly
    ? { dateStyle: 'medium' as const }
    : { dateStyle: 'medium' as const, timeStyle: 'short' as const };
  const text = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { ...style, timeZone: 'UTC' }).format(
    at,
  );
  return <time datetime={at.toISOString()}>{dateOnly ? text : `${text} UTC`}</time>;
}

/** A part of a page with its own headline. */
export function Section({ title, lead, children }: { title: string; lead?: string; children: ComponentChildren }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}

/** What stands where a list has nothing in it. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** Figures stand at the right, under each other. */
  isNumber?: boolean;
}

export interface TableProps<Row> {
  /** Read to those who do not see the table's place on the page. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

/** A table that becomes a list of cards on a phone; each cell then says what it is. */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <div class="table-frame">
      <table class="data">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber }) => (
              <th key={title} scope="col" class={isNumber ? 'number' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, isNumber }) => (
                <td key={title} data-label={title} class={isNumber ? 'number' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export interface PagerProps {
  page: number;
  perPage: number;
  total: number;
  /** Address of a page of the list, filters included. */
  hrefOf: (page: number) => string;
}

/** Leads through a long list. */
export function Pager({ page, perPage, total, hrefOf }: PagerProps) {
  const { shell } = useTexts();
  const pages = Math.max(1, Math.ceil(total / perPage));
  if (pages === 1) return null;
  return (
    <nav class="pager" aria-label={shell.page(page, pages)}>
      {page > 1 ? <a href={hrefOf(page - 1)} rel="prev">{`← ${shell.previous}`}</a> : <span />}
      <span>{shell.page(page, pages)}</span>
      {page < pages ? <a href={hrefOf(page + 1)} rel="next">{`${shell.next} →`}</a> : <span />}
    </nav>
  );
}

/** Names and values, one under the other. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface NavItem {
  href: string;
  text: string;
  /** How many wait there. */
  count?: number;
}

/** The pages of an area; `current` is the address of the one that is shown. */
export function AreaNav({ label, items, current }: { label: string; items: readonly NavItem[]; current: string }) {
  return (
    <nav class="area-nav" aria-label={label}>
      <ul>
        {items.map(({ href, text, count }) => (
          <li key={href}>
            <a href={href} {...(href === current && { 'aria-current': 'page' as const })}>
              {text}
              {count !== undefined && count > 0 && <span class="count">{count}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
