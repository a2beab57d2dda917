import { english, type Texts } from './english/english.js';
import { spanish } from './spanish/spanish.js';

export const LANGUAGES = { en: english, es: spanish } as const satisfies Record<string, Texts>;
export type Language = keyof typeof LANGUAGES;

/** Each in its own words. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', es: 'Español' };

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}
