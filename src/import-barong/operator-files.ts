import { readFileSync } from 'node:fs';
import { ImportError } from './import-error.js';

/** @throws ImportError that names the file */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ImportError(`${file} cannot be read`);
  }
}

/** The first line of a file. @throws ImportError when there is none */
export function readSecret(file: string): string {
  const [secret = ''] = readText(file).split(/\r?\n/, 1);
  if (secret === '') throw new ImportError(`${file} is empty`);
  return secret;
}
