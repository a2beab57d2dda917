import { describe, expect, it } from '@jest/globals';
import { readBreachedPasswordsUrl } from './breached-passwords-url.js';
import { SettingsReader } from './parse.js';

function read(BREACHED_PASSWORDS_URL: string, isProduction = true) {
  const reader = new SettingsReader({ BREACHED_PASSWORDS_URL });
  return { url: readBreachedPasswordsUrl(reader, isProduction), problems: reader.problems };
}

describe('BREACHED_PASSWORDS_URL', () => {
  it('may be unset', () => {
    expect(read(' ')).toEqual({ url: undefined, problems: [] });
  });

  it.each([
    ['https://ranges.example', 'https://ranges.example'],
    ['https://ranges.example:8443/pwned//', 'https://ranges.example:8443/pwned'],
  ])('%s is read', (given, url) => {
    expect(read(given)).toEqual({ url, problems: [] });
  });

  it.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080'])(
    '%s is for development only',
    (url) => {
      expect(read(url, false)).toEqual({ url, problems: [] });
      expect(read(url)).toEqual({ url: undefined, problems: ['BREACHED_PASSWORDS_URL must start with https://'] });
    },
  );

  it.each([
    ['ftp://ranges.example'],
    ['https://'],
    ['http://ranges.example'],
    ['http://127.0.0.1.ranges.example'],
    ['https://user:hush@ranges.example'],
    ['https://ranges.example/?key=hush'],
    ['https://ranges.example/#hush'],
  ])('%s is refused, and not repeated', (url) => {
    const { problems, ...rest } = read(url, false);
    expect(rest).toEqual({ url: undefined });
    expect(problems).toEqual([expect.stringMatching(/^BREACHED_PASSWORDS_URL /)]);
    expect(problems.join()).not.toContain('hush');
  });
});
