import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { oldestOf, parseSecretKeys } from './secret-key.js';

const [OLD, NEW] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString('base64')) as [string, string];
const versions = (text: string) => parseSecretKeys(text).map(({ version }) => version);

describe('SECRET_KEY', () => {
  it('is version 1 without a number', () => {
    expect(versions(OLD)).toEqual([1]);
  });

  it('makes new values with what stands first, so that all replicas can read a new secret before one writes with it', () => {
    expect([versions(`1:${OLD},2:${NEW}`), versions(`2:${NEW}, 1:${OLD}`)]).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });

  it('has an oldest one in any order', () => {
    for (const text of [`1:${OLD},2:${NEW}`, `2:${NEW},1:${OLD}`])
      expect(oldestOf(parseSecretKeys(text)).bytes.toString('base64')).toBe(OLD);
  });

  it('names no version twice, and none that is short or plain', () => {
    for (const text of [`1:${OLD},1:${NEW}`, `${OLD},${NEW}`, '2:short', `0:${OLD}`, 'a'.repeat(64)])
      expect(() => parseSecretKeys(text)).toThrow('SECRET_KEY');
  });
});
