import { describe, expect, it } from '@jest/globals';
import { matchTotp, newTotpSecret, totpUrl } from './totp.js';

/** Key of the test vectors in RFC 6238, appendix B: `12345678901234567890`; their last six digits are ours. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number): Date => new Date(seconds * 1000);

describe('matchTotp', () => {
  it.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_111_111_111, '050471', 37_037_037],
    [1_234_567_890, '005924', 41_152_263],
    [2_000_000_000, '279037', 66_666_666],
    [20_000_000_000, '353130', 666_666_666],
  ])('knows the code of the RFC for second %d', (seconds, code, step) => {
    expect(matchTotp(SECRET, code, at(seconds))).toBe(step);
  });

  it('takes the code of the step before, and of no other', () => {
    const [code, step] = ['081804', 37_037_036];
    const seconds = step * 30;
    expect([-1, 0, 29, 30, 59, 60].map((after) => matchTotp(SECRET, code, at(seconds + after)))).toEqual([
      undefined,
      step,
      step,
      step,
      step,
      undefined,
    ]);
  });

  it('does not mind spaces between the digits', () => {
    expect(matchTotp(SECRET, ' 081 804 ', at(1_111_111_109))).toBe(37_037_036);
  });

  it.each([
    '',
    '81804',
    '0081804',
    '+81804',
    '81804.0',
    '０８１８０４',
    '081804\u0000',
    '0x13f8c',
    'abcdef',
    '1'.repeat(9999),
  ])('refuses what is not six digits: %j', (code) =>
    expect(matchTotp(SECRET, code, at(1_111_111_109))).toBeUndefined(),
  );

  it('refuses the code of another secret', () => {
    expect(matchTotp(newTotpSecret(), '081804', at(1_111_111_109))).toBeUndefined();
  });
});

describe('newTotpSecret', () => {
  it('has 160 bits in base 32 and is never the same', () => {
    const secrets = Array.from({ length: 50 }, newTotpSecret);
    expect(secrets.every((secret) => /^[A-Z2-7]{32}$/.test(secret))).toBe(true);
    expect(new Set(secrets).size).toBe(50);
  });
});

describe('totpUrl', () => {
  it('names issuer and account, whatever characters they have', () => {
    const url = new URL(totpUrl(SECRET, 'Bank & Söhne', 'a+b?c#d@example.com'));
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(url.pathname)).toBe('/Bank & Söhne:a+b?c#d@example.com');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      secret: SECRET,
      issuer: 'Bank & Söhne',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});
