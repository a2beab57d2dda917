import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SRC = path.resolve(import.meta.dirname, '../../src');
const PAGE = path.resolve(import.meta.dirname, '../../docs/limits.md');

/** The cells of each row whose first cells look like this. */
async function rowsOf(first: RegExp): Promise<string[][]> {
  const lines = (await readFile(PAGE, 'utf8')).split('\n').filter((line) => line.startsWith('|'));
  const rows = lines.map((line) => line.split('|').slice(1, -1)).map((cells) => cells.map((cell) => cell.trim()));
  return rows.filter((cells) => first.test(cells.join('|')));
}

/** What a constant says: digits, or a product of them and of other constants of the file. */
function numberOf(expression: string, source: string): number {
  const factors = expression.split('*').map((part) => part.trim().replaceAll('_', ''));
  return factors.reduce(
    (product, factor) => product * (/^\d+$/.test(factor) ? Number(factor) : constant(factor, source)),
    1,
  );
}

function constant(name: string, source: string): number {
  const found = new RegExp(`^(?:export )?const ${name} = ([^;]+);`, 'm').exec(source)?.[1];
  return found === undefined ? Number.NaN : numberOf(found, source);
}

async function limitsInCode(): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(SRC, { recursive: true })) {
    if (!/\.tsx?$/.test(name)) continue;
    const source = await readFile(path.join(SRC, name), 'utf8');
    const literals = source.matchAll(/name: '([\w-]+)', points: ([\w ]+), seconds: ([\w* ]+) \}/g);
    const calls = source.matchAll(/limit\('([\w-]+)', (\d+), (\w+)\)/g);
    for (const [, key = '', points = '', seconds = ''] of [...literals, ...calls]) {
      found.push([key, numberOf(points, source), numberOf(seconds, source)].join(' '));
    }
  }
  return found.sort();
}

describe('docs/limits.md', () => {
  it('lists every counter as the code has it, and no other', async () => {
    const listed = (await rowsOf(/^`[\w-]+`\|[^|]+\|\d+\|\d+$/)).map(
      ([name = '', , points, seconds]) => `${name.replaceAll('`', '')} ${points} ${seconds}`,
    );
    expect(listed.length).toBeGreaterThan(15);
    expect(listed.sort()).toEqual(await limitsInCode());
  });

  it('gives every other number as the code has it', async () => {
    const rows = await rowsOf(/\|\d+\|`\w+`\|`[^`]+\.ts`$/);
    expect(rows.length).toBeGreaterThan(25);
    for (const [what = '', number, name = '', file = ''] of rows) {
      const source = await readFile(path.join(SRC, file.replaceAll('`', '')), 'utf8');
      expect([what, constant(name.replaceAll('`', ''), source)]).toEqual([what, Number(number)]);
    }
  });
});
