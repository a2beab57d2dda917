// The package's entry loads 78 languages, which every start of the server would wait for.
import countries from 'i18n-iso-countries/index.js';
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };

const CODES = readCodes();

/**
 * The ISO 3166-1 alpha-2 code of a country given as a code of two or three letters or by an English name; undefined for
 * what is neither, or could be more than one. People write their country as they like, as they could with Barong, so an
 * unknown one is kept as text for the reviewer.
 */
export function countryCode(text: string): string | undefined {
  return CODES.get(normalised(text));
}

function readCodes(): Map<string, string> {
  const codes = new Map<string, string>();
  const ambiguous = new Set<string>();
  const add = (text: string, code: string): void => {
    const key = normalised(text);
    if (codes.has(key) && codes.get(key) !== code) ambiguous.add(key);
    codes.set(key, code);
  };
  const everyday = new Intl.DisplayNames(['en'], { type: 'region' });
  for (const [code, threeLetters] of Object.entries(countries.getAlpha2Codes())) {
    const names = (english.countries as Record<string, string | string[]>)[code] ?? [];
    for (const text of [code, threeLetters, everyday.of(code) ?? code, ...[names].flat()]) add(text, code);
  }
  for (const key of ambiguous) codes.delete(key);
  return codes;
}

/** Without case, accents, punctuation and article. */
function normalised(text: string): string {
  const letters = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return letters
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^the /, '');
}
