import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Config } from '../config/config.js';
import { PhoneCodes } from './phone-codes.service.js';

const secretKeys = [{ version: 1, bytes: randomBytes(32) }];
const codes = new PhoneCodes({ secretKeys } as unknown as Config);
const owner = { accountId: '7', number: '+14155552671' };

describe('PhoneCodes', () => {
  it('makes six digits, over the whole range', () => {
    const made = Array.from({ length: 2000 }, () => codes.make(owner).code);
    expect(made.filter((code) => !/^\d{6}$/.test(code))).toEqual([]);
    expect(new Set(made.map((code) => code[0])).size).toBe(10);
    expect(new Set(made).size).toBeGreaterThan(1900);
  });

  it('matches the code of its account and number, and nothing else', () => {
    const { code, hash } = codes.make(owner);
    const other = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    expect(codes.matches(code, owner, hash)).toBe(true);
    expect(codes.matches(` ${code.slice(0, 3)} ${code.slice(3)} `, owner, hash)).toBe(true);
    for (const wrong of [other, '', `${code}0`, `0${code}`, code.slice(1) + 'x', '\u0000', 'x'.repeat(10_000)]) {
      expect(codes.matches(wrong, owner, hash)).toBe(false);
    }
    expect(codes.matches(code, { ...owner, accountId: '8' }, hash)).toBe(false);
    expect(codes.matches(code, { ...owner, number: '+14155552672' }, hash)).toBe(false);
  });

  it('forgives zeros that a client lost by sending a number', () => {
    let made = codes.make(owner);
    while (!made.code.startsWith('0')) made = codes.make(owner);
    expect(codes.matches(String(Number(made.code)), owner, made.hash)).toBe(true);
  });

  it('keeps nothing that another secret could check', () => {
    const others = new PhoneCodes({ secretKeys: [{ version: 1, bytes: randomBytes(32) }] } as unknown as Config);
    const { code, hash } = codes.make(owner);
    expect(hash).toHaveLength(32);
    expect(others.matches(code, owner, hash)).toBe(false);
  });

  it('goes on with the oldest secret while SECRET_KEY rotates', () => {
    const rotated = [{ version: 2, bytes: randomBytes(32) }, ...secretKeys];
    const { code, hash } = codes.make(owner);
    expect(new PhoneCodes({ secretKeys: rotated } as unknown as Config).matches(code, owner, hash)).toBe(true);
  });
});
