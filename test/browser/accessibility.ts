import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface WithAxe {
  axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
}

/** What axe-core finds against WCAG 2.2 AA and good practice: the rule, and where it is broken. */
export async function violations(page: Page): Promise<string[]> {
  // Evaluated by the browser's tools, which our policy for scripts does not bind.
  await page.evaluate(SOURCE);
  return page.evaluate(async (values) => {
    const { axe } = globalThis as unknown as WithAxe;
    const { violations: found } = await axe.run(document, { runOnly: { type: 'tag', values } });
    return found.map(
      ({ id, nodes }) => `${location.pathname} ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  }, RULES);
}

/** How far the page is wider than the window, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
