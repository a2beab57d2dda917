import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { CommonPasswords } from '../accounts/common-passwords.js';
import { print } from './context.js';

/** `common-passwords`: makes the list that new passwords are checked against from another one. */
export function passwordCommands(program: Command): void {
  program
    .command('common-passwords')
    .description('make the list of common passwords anew; docs/security.md says where it goes')
    .argument('<list>', 'text file with a password a line, most common first', linesOf)
    .argument('<output>', 'file to write')
    .option('--most <number>', 'how many of at least 8 characters to take', wholeNumber, 100_000)
    .action((passwords: string[], output: string, { most }: { most: number }, command: Command) => {
      const compiled = CommonPasswords.compile(passwords, most);
      if (compiled.length === 0) command.error('error: no password of the list is long enough');
      writeFileSync(output, compiled);
      print(`${new CommonPasswords(compiled).size} passwords in ${compiled.length} bytes`);
    });
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    throw new InvalidArgumentError('It cannot be read.');
  }
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 99999999.');
}
