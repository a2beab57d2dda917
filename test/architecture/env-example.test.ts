import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CONFIG_DIRECTORY = path.join(ROOT, 'src/config');

/** `read.text('NAME'`, `read.integer('NAME', 10` and the like, also across line breaks. */
const READ = /\b(?:text|integer|choice|url|list)\(\s*'([A-Z][A-Z0-9_]*)'\s*(?:,\s*([\w.]+|'[^']*'))?/g;
const REQUIRED = /\brequired\(\s*'([A-Z][A-Z0-9_]*)'/g;
/** A setting of .env.example, also one that is commented out. */
const EXAMPLE = /^(?:#\s?)?([A-Z][A-Z0-9_]*)=(.*)$/gm;

const source = readdirSync(CONFIG_DIRECTORY)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => readFileSync(path.join(CONFIG_DIRECTORY, file), 'utf8'))
  .join('\n');
const exampleFile = readFileSync(path.join(ROOT, '.env.example'), 'utf8');

const example = [...exampleFile.matchAll(EXAMPLE)].map(([, name = '', value = '']) => ({ name, value }));
const namesRead = new Set([...source.matchAll(READ), ...source.matchAll(REQUIRED)].map(([, name = '']) => name));

/** Defaults that stand in the source as a number or a text; others are computed and told in words. */
function literalDefaults(): Map<string, string> {
  const defaults = new Map<string, string>();
  for (const [, name = '', fallback = ''] of source.matchAll(READ)) {
    if (/^\d[\d_]*$/.test(fallback)) defaults.set(name, fallback.replaceAll('_', ''));
    else if (fallback.startsWith("'")) defaults.set(name, fallback.slice(1, -1));
  }
  return defaults;
}

describe('.env.example', () => {
  it('is compared with a source that was understood', () => {
    expect([...namesRead]).toEqual(expect.arrayContaining(['PORT', 'NODE_ENV', 'DATABASE_URL', 'TRUST_PROXY']));
  });

  it('names every setting that src/config reads, and no other', () => {
    expect(example.map(({ name }) => name).sort()).toEqual([...namesRead].sort());
  });

  it('shows the defaults of the source', () => {
    const defaults = literalDefaults();
    const shown = example.filter(({ name }) => defaults.has(name)).map(({ name, value }) => [name, value]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(defaults));
  });

  it('explains each setting in a comment above it', () => {
    const lines = exampleFile.split('\n');
    const bare = lines.filter((line, at) => /^[A-Z][A-Z0-9_]*=/.test(line) && !lines[at - 1]?.startsWith('# '));
    expect(bare).toEqual([]);
  });
});
