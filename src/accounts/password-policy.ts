import { CommonPasswords, foldPassword, SHORTEST_PASSWORD } from './common-passwords.js';
import { isMadeOfWords } from './context-words.js';

const LONGEST = 128;

export const TOO_COMMON = 'Password is too common';

const commonPasswords = CommonPasswords.shipped();

/**
 * What is wrong with a new password, in sentences; empty when nothing is. Length is counted in code points after
 * NFKC; there are no rules of composition (NIST SP 800-63B-4, section 3.1.1.2).
 * @param words names that must not make up the password: the address, the product, its host
 */
export function passwordProblems(password: string, words: readonly string[]): string[] {
  if (password === '') return [`Password can't be blank`];
  if (password.includes('\u0000') || !password.isWellFormed()) return ['Password is invalid'];
  const length = [...password.normalize('NFKC')].length;
  if (length < SHORTEST_PASSWORD) return [`Password is too short (minimum is ${SHORTEST_PASSWORD} characters)`];
  if (length > LONGEST) return [`Password is too long (maximum is ${LONGEST} characters)`];
  return isCommon(foldPassword(password), words.map(foldPassword)) ? [TOO_COMMON] : [];
}

function isCommon(folded: string, words: readonly string[]): boolean {
  return new Set(folded).size < 3 || commonPasswords.has(folded) || isMadeOfWords(folded, words);
}
