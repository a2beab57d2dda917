/**
 * A name that somebody chose, as words. Mail programs make links of whatever looks like an address, and a name must
 * not lead our readers anywhere (CONTROLS C-56).
 */
export function plainName(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/(?<=\S)[.:/@\\](?=\S)/g, '$& ')
    .trim();
}
