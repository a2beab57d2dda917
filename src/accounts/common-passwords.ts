import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Shorter passwords are refused anyway. */
export const SHORTEST_PASSWORD = 8;

/**
 * A password is kept as the first 40 bits of its SHA-256. A password that is not among 100,000 is then taken for one of
 * them with a probability of 100,000 / 2^40: one in eleven million.
 */
const ENTRY_BYTES = 5;

/** How passwords are compared: without regard to case and to the form in which a letter was typed. */
export const foldPassword = (text: string): string => text.normalize('NFKC').toLowerCase();

/** A set of passwords in little room: their truncated hashes, sorted, one after another. */
export class CommonPasswords {
  private readonly count: number;

  /** @throws Error for what is no such list; an empty one would let everything pass */
  constructor(private readonly entries: Buffer) {
    this.count = entries.length / ENTRY_BYTES;
    if (this.count < 1 || !Number.isInteger(this.count)) throw new Error('the list of common passwords is damaged');
  }

  /** The list that comes with the program; docs/security.md says where it is from. */
  static shipped(): CommonPasswords {
    return new CommonPasswords(readFileSync(new URL('./common-passwords.bin', import.meta.url)));
  }

  /** @param passwords most common first; those that are too short to be chosen are left out */
  static compile(passwords: Iterable<string>, most: number): Buffer {
    const chosen = new Set<string>();
    for (const password of passwords) {
      if (chosen.size === most) break;
      const folded = foldPassword(password);
      if ([...folded].length >= SHORTEST_PASSWORD) chosen.add(folded);
    }
    return Buffer.concat([...chosen].map(entryOf).sort((one, other) => one.compare(other)));
  }

  get size(): number {
    return this.count;
  }

  has(password: string): boolean {
    const entry = entryOf(foldPassword(password));
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = middle * ENTRY_BYTES;
      const order = entry.compare(this.entries, start, start + ENTRY_BYTES);
      if (order === 0) return true;
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return false;
  }
}

function entryOf(folded: string): Buffer {
  return createHash('sha256').update(folded).digest().subarray(0, ENTRY_BYTES);
}
