// npm run check:secrets: no file of the tree holds a secret that opens something. Development's known ones are listed.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { report } from './report.js';
import { CERTAIN, LIKELY, looksRandom } from './secret-patterns.js';

/** Made by tools, or, as .env, kept out of the repository by .gitignore; all at the top of the tree. */
const SKIPPED = new Set(['.git', 'node_modules', 'dist', 'data', 'coverage', '.env', 'package-lock.json']);
const MAX_BYTES = 1_000_000;

/** Texts that look like secrets and are none; one that is found no more is a problem, too. */
const KNOWN = [
  { file: 'src/config/storage-bucket.spec.ts', text: 'KEY:a%2Fb%2Bc%40d@' },
  { file: 'test/documents/scanning.test.ts', text: 'c2VjcmV0IHNlY3JldCBz' },
  { file: 'test/phones/sms-senders.test.ts', text: 'AC12ab:to%2Fken@' },
  { file: 'test/phones/sms-settings.test.ts', text: 'AC0123:s3cr%25t@' },
  { file: 'test/phones/sms-settings.test.ts', text: 'AC0123:%zzs3cret@' },
];

const directory = path.resolve(process.argv[2] ?? '.');
const found = new Set();

/** Paths below the directory, with `/` on every platform. */
function* filesBelow(folder) {
  for (const entry of readdirSync(path.join(directory, folder), { withFileTypes: true })) {
    const place = path.posix.join(folder, entry.name);
    if (SKIPPED.has(place)) continue;
    if (entry.isDirectory()) yield* filesBelow(place);
    else if (entry.isFile() && statSync(path.join(directory, place)).size <= MAX_BYTES) yield place;
  }
}

function isKnown(file, text) {
  const known = KNOWN.find((each) => each.file === file && text.includes(each.text));
  if (known !== undefined) found.add(known);
  return known !== undefined;
}

/** Where something was found, never what: the output of a check is kept in more places than the file. */
function problemsOf(file) {
  const text = readFileSync(path.join(directory, file), 'utf8');
  // Pictures and other files that are no text have a NUL early on.
  if (text.slice(0, 8192).includes('\0')) return [];
  const certain = CERTAIN.flatMap(([kind, pattern]) => [...text.matchAll(pattern)].map((match) => ({ kind, match })));
  const likely = LIKELY.flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].filter(({ groups }) => looksRandom(groups.value)).map((match) => ({ kind, match })),
  );
  return [...certain, ...likely]
    .filter(({ match }) => !isKnown(file, match[0]))
    .map(({ kind, match }) => `${file}:${text.slice(0, match.index).split('\n').length}: ${kind}`);
}

const problems = [...new Set([...filesBelow('')].flatMap(problemsOf))];
const stale = KNOWN.filter((known) => !found.has(known)).map(
  ({ file, text }) => `${file}: nothing like "${text}" there`,
);
report([...problems, ...(process.argv[2] === undefined ? stale : [])]);
