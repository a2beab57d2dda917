// The package's entry loads 78 languages; names come from the platform in any case.
import countries from 'i18n-iso-countries/index.js';
import type { Language } from '../../ui/texts/languages.js';

type Country = readonly [code: string, name: string];

const lists = new Map<Language, readonly Country[]>();

/** All countries by their ISO 3166-1 alpha-2 codes, with names in a language and in its order. */
export function countriesIn(language: Language): readonly Country[] {
  const known = lists.get(language);
  if (known) return known;
  const names = new Intl.DisplayNames([language], { type: 'region' });
  const { compare } = new Intl.Collator(language);
  const list = Object.keys(countries.getAlpha2Codes()).map((code): Country => [code, names.of(code) ?? code]);
  list.sort(([, name], [, other]) => compare(name, other));
  lists.set(language, list);
  return list;
}

/** A country's name; the code itself for one that has none. */
export function countryName(language: Language, code: string): string {
  return countriesIn(language).find(([each]) => each === code)?.[1] ?? code;
}
