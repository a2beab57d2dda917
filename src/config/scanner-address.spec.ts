import { describe, expect, it } from '@jest/globals';
import { SettingsReader } from './parse.js';
import { readScannerAddress } from './scanner-address.js';

function read(SCAN_URL: string) {
  const reader = new SettingsReader({ SCAN_URL });
  return { address: readScannerAddress(reader), problems: reader.problems };
}

describe('SCAN_URL', () => {
  it.each([
    ['clamd://clamav:3311', { kind: 'clamd', host: 'clamav', port: 3311 }],
    ['clamd://127.0.0.1', { kind: 'clamd', host: '127.0.0.1', port: 3310 }],
    ['clamd://[::1]:3310/', { kind: 'clamd', host: '::1', port: 3310 }],
    ['command:/usr/local/bin/scan', { kind: 'command', path: '/usr/local/bin/scan' }],
    ['command:///opt/a%20scanner', { kind: 'command', path: '/opt/a scanner' }],
  ])('%s is read', (url, address) => {
    expect(read(url)).toEqual({ address, problems: [] });
  });

  it('may be unset', () => {
    expect(read('')).toEqual({ address: undefined, problems: [] });
  });

  it.each([
    ...['clamd:', 'clamd://', 'clamd://host:0x1', 'clamd://host/path', 'clamd://user:secret@host', 'clamd://host?x=1'],
    ...[
      'command:scan',
      'command:',
      'command://host/scan',
      'command:/scan?x',
      'command:/%zz',
      'http://clamav',
      '/bin/true',
    ],
  ])('%s is refused with one sentence', (url) => {
    const { address, problems } = read(url);
    expect(address).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/^SCAN_URL must be /)]);
  });
});
