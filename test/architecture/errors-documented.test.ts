import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = 'docs/errors.md';

/** `new AppError(<status>, '<code>'`, also across line breaks; the code is undefined where it is no literal. */
const MADE = /\bnew AppError\(\s*[^,()]+,\s*(?:(['"`])([^'"`$]+)\1)?/g;
/** A table row whose first cell is a code in backticks; tables of other things (`400`, `invalid_grant`) have no dot. */
const ROW = /^[ \t]*\|[ \t]*`([a-z0-9_]+\.[a-z0-9_.]+)`[ \t]*\|/gm;

interface MadeError {
  file: string;
  code: string | undefined;
}

function sourceFiles(): string[] {
  return readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.spec\.tsx?$/.test(file))
    .map((file) => path.posix.join('src', file));
}

function errorsOfSource(): MadeError[] {
  return sourceFiles().flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(MADE)].map(([, , code]) => ({ file, code })),
  );
}

/** Empty while the page is not written, so that the comparison lists what belongs there. */
function pageText(): string {
  const file = path.join(ROOT, PAGE);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const made = errorsOfSource();
const codes = [...new Set(made.flatMap(({ code }) => code ?? []))].sort();
const documented = [...pageText().matchAll(ROW)].map(([, code = '']) => code);

describe('the error codes', () => {
  it('are literals, so that a reader finds them by searching for the code', () => {
    expect(made.filter(({ code }) => code === undefined)).toEqual([]);
  });

  it('read <noun>.<problem>', () => {
    expect(codes.filter((code) => !/^[a-z]+(_[a-z0-9]+)*\.[a-z0-9]+(_[a-z0-9]+)*$/.test(code))).toEqual([]);
  });

  it(`stand in ${PAGE}, each one and nothing else`, () => {
    expect([...new Set(documented)].sort()).toEqual(codes);
  });

  it(`stand in ${PAGE} once`, () => {
    expect(documented.filter((code, at) => documented.indexOf(code) !== at)).toEqual([]);
  });
});
