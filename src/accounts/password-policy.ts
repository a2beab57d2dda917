import { dictionary } from '@zxcvbn-ts/language-common';

const SHORTEST = 8;
const LONGEST = 128;
/** Parts of an address or a product name shorter than this are too common to forbid. */
const SHORTEST_WORD = 4;

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].map(fold).filter((password) => password.length >= SHORTEST),
);

/**
 * What is wrong with a new password, in sentences; empty when nothing is. Length is counted in code points after
 * NFKC; there are no rules of composition (NIST SP 800-63B-4, section 3.1.1.2).
 * @param words names that must not make up the password: the address, the product
 */
export function passwordProblems(password: string, words: readonly string[]): string[] {
  if (password === '') return [`Password can't be blank`];
  if (password.includes('\u0000') || !password.isWellFormed()) return ['Password is invalid'];
  const length = [...password.normalize('NFKC')].length;
  if (length < SHORTEST) return [`Password is too short (minimum is ${SHORTEST} characters)`];
  if (length > LONGEST) return [`Password is too long (maximum is ${LONGEST} characters)`];
  return isCommon(password, words) ? ['Password is too common'] : [];
}

function isCommon(password: string, words: readonly string[]): boolean {
  const folded = fold(password);
  if (COMMON_PASSWORDS.has(folded) || new Set(folded).size < 3) return true;
  // barong123! is the word barong and nothing that had to be guessed.
  const core = folded.replace(/[^\p{L}]+/gu, '');
  return wordsOf(words).some((word) => folded === word || core === word.replace(/[^\p{L}]+/gu, ''));
}

function wordsOf(sources: readonly string[]): string[] {
  return sources
    .map(fold)
    .flatMap((source) => [source, ...source.split(/[@.]/)])
    .filter((word) => word.length >= SHORTEST_WORD);
}
