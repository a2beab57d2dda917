// npm run check:licences: every package of the lock file, for development too, is under terms that we can keep.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { report } from './report.js';

/** Ask for a notice at most, and work for a program under Apache-2.0 (SPDX names). */
const PERMISSIVE = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Zlib'],
  ...['CC0-1.0', 'Unlicense', 'Python-2.0'],
]);

/** Bind who passes on the package itself, changed or not. We run these and ship nothing of them. */
const IN_DEVELOPMENT = new Set(['MPL-2.0', 'CC-BY-4.0']);

/** Exceptions, each with its reason; one that is not needed any more is a problem, too. */
const EXCEPTIONS = [
  {
    name: /^@img\/sharp-/,
    licence: 'LGPL-3.0-or-later',
    reason: 'libvips is a shared library of its own, loaded at run time and exchangeable; we do not change it',
  },
  {
    name: /^pause$/,
    licence: 'none',
    reason: 'names no licence in its package.json; its readme has the text of the MIT licence (0.0.1, never changed)',
  },
  {
    name: /^humanize-number$/,
    licence: 'none',
    reason: 'names no licence in its package.json; its readme says MIT (development only, below the S3 test server)',
  },
];

const directory = path.resolve(process.argv[2] ?? '.');
const used = new Set();

/** The SPDX expression of a package; old ones have a list of objects, any of which one may choose. */
function licenceOf(place, entry) {
  const file = path.join(directory, place, 'package.json');
  // Packages for other platforms are not installed; the lock file repeats what they say.
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : entry;
  const listed = manifest.licenses?.map?.(({ type }) => type).join(' OR ');
  return manifest.license?.type ?? manifest.license ?? listed ?? 'none';
}

/** One choice of an OR, or all parts of an AND; nested parentheses are not understood and so refused. */
function allows(expression, isAllowed) {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every(isAllowed));
}

function isExcepted(name, licence) {
  const exception = EXCEPTIONS.find((each) => each.name.test(name) && each.licence === licence);
  if (exception !== undefined) used.add(exception);
  return exception !== undefined;
}

function problemOf([place, entry]) {
  const name = entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const expression = licenceOf(place, entry);
  const isAllowed = (licence) =>
    PERMISSIVE.has(licence) || (entry.dev === true && IN_DEVELOPMENT.has(licence)) || isExcepted(name, licence);
  return allows(expression, isAllowed) ? [] : [`${place}: ${expression}${entry.dev ? ' (development)' : ''}`];
}

const lock = JSON.parse(readFileSync(path.join(directory, 'package-lock.json'), 'utf8'));
const problems = Object.entries(lock.packages)
  .filter(([place]) => place !== '')
  .flatMap(problemOf);
const stale = EXCEPTIONS.filter((exception) => !used.has(exception)).map(({ name }) => `${name} needs no exception`);
report([...problems, ...(process.argv[2] === undefined ? stale : [])]);
