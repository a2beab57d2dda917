// npm run check:pins: what an install brings is decided in package.json and package-lock.json, not by the day it runs.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { report } from './report.js';

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies'];

const directory = path.resolve(process.argv[2] ?? '.');
const read = (name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8'));
const manifest = read('package.json');
const lock = read('package-lock.json');

/** One version of each dependency, which is the one that the lock file has. */
function wrongDependency([name, version]) {
  const locked = lock.packages[`node_modules/${name}`]?.version;
  if (!EXACT.test(version)) return [`package.json: ${name} is "${version}" and not one version`];
  return locked === version ? [] : [`package-lock.json: ${name} is ${locked ?? 'missing'}, not ${version}`];
}

/** The lock file repeats what package.json asked for when it was made. */
function wrongList(list) {
  const asked = manifest[list] ?? {};
  const locked = lock.packages[''][list] ?? {};
  const names = [...new Set([...Object.keys(asked), ...Object.keys(locked)])];
  const differ = names.filter((name) => asked[name] !== locked[name]);
  return [
    ...Object.entries(asked).flatMap(wrongDependency),
    ...differ.map((name) => `${list}: package.json and package-lock.json do not agree about ${name}`),
  ];
}

function wrongOverride([name, version]) {
  return EXACT.test(version) ? [] : [`package.json: the override of ${name} is not one version`];
}

/** A package without a checksum may be another one tomorrow, as one from a Git branch or a bare address is. */
function wrongPackage([place, { integrity = '', resolved = 'https://' }]) {
  if (!integrity.startsWith('sha512-')) return [`package-lock.json: ${place} has no SHA-512 checksum`];
  return resolved.startsWith('https://') ? [] : [`package-lock.json: ${place} comes from ${resolved}`];
}

const packages = Object.entries(lock.packages).filter(([place, { inBundle }]) => place !== '' && !inBundle);
report([
  ...LISTS.flatMap(wrongList),
  ...Object.entries(manifest.overrides ?? {}).flatMap(wrongOverride),
  ...packages.flatMap(wrongPackage),
]);
