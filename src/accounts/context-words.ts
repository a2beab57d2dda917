/** Words shorter than this are too common to forbid. */
const SHORTEST_WORD = 4;

const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b' },
  ...{ '@': 'a', $: 's', '!': 'i', '|': 'i' },
};

const lettersOf = (text: string): string => text.replace(/[^\p{L}]+/gu, '');
const lettersAndDigitsOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');
const reverse = (text: string): string => [...text].reverse().join('');

/**
 * Whether a password is made of nothing but words that anybody knows who knows the account: `barong123!`, `b@r0ng`,
 * `gnorab`, `aliceBarong`. Everything is folded already.
 * @param sources an address, a host, the product's name
 */
export function isMadeOfWords(folded: string, sources: readonly string[]): boolean {
  const words = wordsOf(sources);
  return disguisesOf(folded).some((text) => consistsOf(text, words) || consistsOf(reverse(text), words));
}

/** What is left of a password when what people put around and into a word is taken away, in several ways. */
function disguisesOf(folded: string): string[] {
  const inner = folded.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return [lettersAndDigitsOf(folded), lettersOf(folded), lettersOf(plain(inner)), lettersOf(plain(folded))].map(blur);
}

/** Longest first, so that a word inside another does not tear it apart. */
function wordsOf(sources: readonly string[]): string[] {
  const parts = sources.flatMap((source) => [source, ...source.split('@'), ...source.split(/[@.]/), ...split(source)]);
  const words = parts.flatMap((part) => [lettersAndDigitsOf(part), lettersOf(part)]).map(blur);
  return [...new Set(words)].filter((word) => word.length >= SHORTEST_WORD).sort((a, b) => b.length - a.length);
}

function consistsOf(text: string, words: readonly string[]): boolean {
  if (text === '') return false;
  // A blank for each word: without one, what stood around it would become a new word.
  return words.reduce((rest, word) => rest.replaceAll(word, ' '), text).trim() === '';
}

const split = (source: string): string[] => source.split(/[^\p{L}\p{N}]+/u);
const plain = (text: string): string => text.replace(/[0134578@$!|]/g, (sign) => LOOKALIKES[sign] ?? sign);
/** The digit 1 stands for either. */
const blur = (text: string): string => text.replaceAll('l', 'i');
