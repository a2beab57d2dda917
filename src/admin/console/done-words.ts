/** What the word in an address says; nothing for a word that is not ours. */
export function wordFor(texts: Record<string, string>, word: string | undefined): string | undefined {
  return word !== undefined && Object.hasOwn(texts, word) ? texts[word] : undefined;
}
