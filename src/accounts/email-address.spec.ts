import { describe, expect, it } from '@jest/globals';
import { canonicalEmail } from './email-address.js';

describe('canonical e-mail address (C-07)', () => {
  it.each([
    ['  Alice@Example.COM ', 'alice@example.com'],
    ["o'brien+news@mail.example.org", "o'brien+news@mail.example.org"],
    ['ａｌｉｃｅ@example.com', 'alice@example.com'],
    ['alice@bücher.example', 'alice@xn--bcher-kva.example'],
  ])('reads %j as %j', (input, canonical) => {
    expect(canonicalEmail(input)).toBe(canonical);
  });

  it.each([
    '',
    'alice',
    '@example.com',
    'alice@',
    'alice@localhost',
    'alice@exam ple.com',
    'al ice@example.com',
    'alice@@example.com',
    'alice@example.com,bob@example.com',
    '"alice"@example.com',
    'alice..b@example.com',
    '.alice@example.com',
    'alice@example.com\nBcc: eve@example.com',
    'alice\u0000@example.com',
    'alice\ud800@example.com',
    'älice@example.com',
    'alice@-example.com',
    'alice@1.2.3.4',
    `${'a'.repeat(65)}@example.com`,
    `alice@${'a'.repeat(250)}.com`,
  ])('refuses %j', (input) => {
    expect(canonicalEmail(input)).toBeNull();
  });
});
