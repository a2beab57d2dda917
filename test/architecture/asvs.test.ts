import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** How many requirements each section of ASVS 5.0.0 has, chapter by chapter; 17 is about WebRTC. */
const SECTIONS: number[][] = [
  [2, 10, 12, 3, 3],
  [3, 3, 5, 2],
  [1, 3, 5, 8, 8, 1, 5],
  [5, 5, 2, 4],
  [1, 6, 3, 3],
  [3, 12, 8, 6, 8, 4, 2, 4],
  [3, 4, 2, 5, 3, 2],
  [4, 4, 3, 2],
  [3, 4],
  [2, 3, 5, 16, 5, 2, 3],
  [4, 5, 5, 4, 2, 2, 2],
  [5, 2, 5],
  [4, 6, 4, 7],
  [2, 8, 3],
  [5, 5, 7, 4],
  [1, 5, 4, 3, 4],
];
const LEVEL_3 = new Set(
  `1.2.10 1.3.12 1.5.3 2.3.5 2.4.2 3.1.1 3.2.3 3.3.5 3.4.7 3.4.8 3.5.6 3.5.7 3.5.8 3.6.1 3.7.3 3.7.4 3.7.5
   4.1.4 4.1.5 4.2.2 4.2.3 4.2.4 4.2.5 5.2.4 5.2.5 5.2.6 5.3.3 6.3.5 6.3.6 6.3.7 6.3.8 6.4.5 6.4.6 6.5.6 6.5.7 6.5.8
   6.6.4 6.7.1 6.7.2 7.5.3 8.1.3 8.1.4 8.2.4 8.3.2 8.3.3 8.4.2 10.2.3 10.3.5 10.4.12 10.4.13 10.4.14 10.4.15 10.4.16
   11.1.3 11.1.4 11.2.4 11.2.5 11.3.4 11.3.5 11.5.2 11.6.2 11.7.1 11.7.2 12.1.4 12.1.5 12.3.5 13.1.2 13.1.3 13.1.4
   13.2.6 13.3.3 13.3.4 13.4.6 13.4.7 14.2.5 14.2.6 14.2.7 14.2.8 15.1.4 15.1.5 15.2.4 15.2.5 15.4.1 15.4.2 15.4.3
   15.4.4 16.5.4`.split(/\s+/),
);
const ALL = SECTIONS.flatMap((sections, chapter) =>
  sections.flatMap((size, section) =>
    Array.from({ length: size }, (_, at) => `${chapter + 1}.${section + 1}.${at + 1}`),
  ),
);

const TABLES = readdirSync(path.join(ROOT, 'docs/asvs')).map((file) => `docs/asvs/${file}`);
const PAGES = ['docs/asvs.md', ...TABLES, 'docs/threat-model.md'];

interface Requirement {
  id: string;
  level: string;
  what: string;
  shown: string;
}

const requirements = TABLES.flatMap((page) =>
  [...read(page).matchAll(/^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| [^|]*\| ([^|]*) \|$/gm)].map(
    ([, id = '', level = '', what = '', shown = '']): Requirement => ({ id, level, what, shown }),
  ),
);

/** A path of this project in backticks; what follows it in quotes, with commas between, are titles of tests in it. */
const NAMED =
  /`((?:src|test|scripts|migrations|deploy|public|docs)\/[^`\s]*|[A-Za-z.]+\.(?:js|json|cjs))`((?:,? “[^”]+”)*)/g;

const named = PAGES.flatMap((page) =>
  [...read(page).matchAll(NAMED)].map(([, file = '', titles = '']) => ({
    page,
    file,
    titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
  })),
);

describe('the tables of ASVS 5.0', () => {
  it('have every requirement of levels 1 and 2', () => {
    const ids = new Set(requirements.map(({ id }) => id));
    expect(ALL.filter((id) => !ids.has(id) && !LEVEL_3.has(id))).toEqual([]);
  });

  it('have no requirement twice, and none that is not in the standard', () => {
    const ids = requirements.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at || !ALL.includes(id))).toEqual([]);
  });

  it('tell levels as the standard does', () => {
    expect(requirements.filter(({ id, level }) => (level === '3') !== LEVEL_3.has(id))).toEqual([]);
  });

  it('say of each one where it is shown, or why not', () => {
    const kinds = /`(src|test)\/[^`]+` “|code: `|docs: \[|operator: |not applicable: \S|open: \S/;
    expect(requirements.filter(({ shown }) => !kinds.test(shown))).toEqual([]);
  });

  it('have as open what the summary has, and nothing else', () => {
    const summary = [...read('docs/asvs.md').matchAll(/^- (\d+\.\d+\.\d+): /gm)].map(([, id]) => id);
    expect(summary).toEqual(requirements.filter(({ shown }) => shown.includes('open: ')).map(({ id }) => id));
  });
});

describe('the pages about security', () => {
  it('are read as they are meant', () => {
    expect(named.filter(({ file }) => file.startsWith('test/')).length).toBeGreaterThan(150);
  });

  it('name no file that does not exist', () => {
    expect(named.filter(({ file }) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  it('quote no title of a test that is not in its file', () => {
    const wrong = named.flatMap(({ page, file, titles }) =>
      titles
        .filter((title) => !existsSync(path.join(ROOT, file)) || !read(file).includes(title))
        .map((title) => ({ page, file, title })),
    );
    expect(wrong).toEqual([]);
  });

  it('quote titles after the file that they are in', () => {
    const quotes = PAGES.reduce((sum, page) => sum + [...read(page).matchAll(/“/g)].length, 0);
    expect(named.reduce((sum, { titles }) => sum + titles.length, 0)).toBe(quotes);
  });
});
