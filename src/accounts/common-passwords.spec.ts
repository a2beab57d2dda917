import { describe, expect, it } from '@jest/globals';
import { CommonPasswords } from './common-passwords.js';

describe('the list of common passwords that comes with the program (C-15)', () => {
  const list = CommonPasswords.shipped();

  it('has a hundred thousand', () => {
    expect(list.size).toBe(100_000);
  });

  it.each(['password', '12345678', 'Qwertyuiop', 'TRUSTNO1', 'iloveyou', 'ｐａｓｓｗｏｒｄ', 'smokey42'])(
    'knows %s',
    (password) => {
      expect(list.has(password)).toBe(true);
    },
  );

  it('knows nothing that nobody uses', () => {
    const others = Array.from({ length: 1000 }, (_, n) => `nobody chose this, number ${n}`);
    expect(others.filter((password) => list.has(password))).toEqual([]);
  });
});

describe('a list made anew', () => {
  it('takes the first so many that are long enough, each once', () => {
    const words = [
      'short',
      'Common-One',
      'common-one',
      'ｃｏｍｍｏｎ－ｏｎｅ',
      'common-two',
      '😀😀😀😀😀😀😀',
      'common-six',
    ];
    const list = new CommonPasswords(CommonPasswords.compile(words, 2));
    expect(list.size).toBe(2);
    expect(['COMMON-ONE', 'common-two', 'common-six', 'short'].map((word) => list.has(word))).toEqual([
      ...[true, true, false, false],
    ]);
  });

  it('finds each of any number, at the ends too', () => {
    for (const count of [1, 2, 3, 7, 64]) {
      const words = Array.from({ length: count }, (_, n) => `common word ${n}`);
      const list = new CommonPasswords(CommonPasswords.compile(words, 100));
      expect(words.filter((word) => !list.has(word))).toEqual([]);
      expect(list.has('another word')).toBe(false);
    }
  });

  it.each([0, 4, 11])('of %i bytes is none', (length) => {
    expect(() => new CommonPasswords(Buffer.alloc(length))).toThrow('damaged');
  });
});
