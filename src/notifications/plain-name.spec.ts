import { describe, expect, it } from '@jest/globals';
import { plainName } from './plain-name.js';

describe('a name in a mail (C-56)', () => {
  it.each([
    ['Local Demo', 'Local Demo'],
    ['Acme Inc.', 'Acme Inc.'],
    ['evil.example', 'evil. example'],
    ['https://evil.example/x?y', 'https: / / evil. example/ x?y'],
    ['help@evil.example', 'help@ evil. example'],
    ['Shop\r\nBcc: all', 'Shop Bcc: all'],
  ])('%j is shown as %j', (name, shown) => {
    expect(plainName(name)).toBe(shown);
  });
});
