import path from 'node:path';
import type { SettingsReader } from './parse.js';

/** What looks at uploads for malware. */
export type ScannerAddress =
  | {
      /** ClamAV's daemon on TCP. */
      kind: 'clamd';
      host: string;
      port: number;
    }
  | {
      /** Reads the file from its standard input and exits 0 for clean, 1 for infected, anything else for a failure. */
      kind: 'command';
      /** Absolute. */
      path: string;
    };

const CLAMD_PORT = 3310;

/** Reads SCAN_URL; undefined when it is unset or wrong. */
export function readScannerAddress(read: SettingsReader): ScannerAddress | undefined {
  const text = read.url('SCAN_URL', ['clamd', 'command']);
  if (text === undefined) return undefined;
  const address = URL.canParse(text) ? addressOf(new URL(text)) : undefined;
  if (address === undefined) read.problems.push('SCAN_URL must be clamd://host:port or command:/path/of/a/program');
  return address;
}

function addressOf(url: URL): ScannerAddress | undefined {
  if (url.search || url.hash || url.username || url.password) return undefined;
  if (url.protocol === 'command:') {
    const program = decodePath(url.pathname);
    return url.host === '' && program && path.isAbsolute(program) ? { kind: 'command', path: program } : undefined;
  }
  if (url.hostname === '' || !['', '/'].includes(url.pathname)) return undefined;
  // The brackets of an IPv6 address belong to the URL, not to the address.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { kind: 'clamd', host, port: url.port === '' ? CLAMD_PORT : Number(url.port) };
}

function decodePath(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
