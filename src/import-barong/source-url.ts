import { isIP } from 'node:net';
import type { ConnectionOptions } from 'mysql2/promise';
import { ImportError } from './import-error.js';
import { readText } from './operator-files.js';

/** Where the other server's database is. */
export interface SourceTarget {
  connection: ConnectionOptions;
  /** Host and database, for people and records; no user, no password. */
  label: string;
}

const PROTOCOLS = ['mysql:', 'mariadb:'];
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
const OPTIONS = ['ssl', 'ssl-ca', 'socket'];

/**
 * Reads `mysql://user[:password]@host[:port]/database`, with `?ssl=verify|off`, `?ssl-ca=<file>` or `?socket=<path>`.
 * What leaves this machine is encrypted and the server's certificate is checked, unless `ssl=off` is said: password
 * hashes and identities go this way.
 * @param password instead of one in the URL, where it would stand in the shell's history
 * @throws ImportError that does not repeat the URL
 */
export function parseSourceUrl(text: string, password?: string): SourceTarget {
  if (!URL.canParse(text)) throw new ImportError('--from must be a URL such as mysql://user@host/database');
  const url = new URL(text);
  const database = textOf(url.pathname.slice(1));
  if (!PROTOCOLS.includes(url.protocol)) throw new ImportError('--from must begin with mysql:// or mariadb://');
  if (url.username === '' || database === '' || database.includes('/'))
    throw new ImportError('--from must name a user and a database, as in mysql://user@host/database');
  const unknown = [...url.searchParams.keys()].find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw new ImportError(`--from knows no other options than ${OPTIONS.join(', ')}`);
  const socketPath = url.searchParams.get('socket');
  const server = socketPath === null ? serverOf(url) : { socketPath };
  return {
    connection: { ...server, user: textOf(url.username), password: password ?? textOf(url.password), database },
    label: `${socketPath === null ? url.host : 'a socket'}/${database}`,
  };
}

function serverOf(url: URL): ConnectionOptions {
  if (url.hostname === '')
    throw new ImportError('--from must name a host, or a socket as in ?socket=/run/mysqld/mysqld.sock');
  const ssl = tlsOf(url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // The driver would look for the name `localhost` in the certificate.
  if (ssl && isIP(host) !== 0)
    throw new ImportError('--from must have the name in the certificate, not an IP address, or say ssl=off');
  return { host, port: url.port === '' ? 3306 : Number(url.port), ...(ssl && { ssl }) };
}

function tlsOf(url: URL): Exclude<ConnectionOptions['ssl'], string> {
  const authority = url.searchParams.get('ssl-ca');
  const mode = url.searchParams.get('ssl');
  if (mode !== null && !['verify', 'off'].includes(mode)) throw new ImportError('ssl of --from must be verify or off');
  if (mode === 'off' || (mode === null && authority === null && LOCAL_HOSTS.includes(url.hostname))) return undefined;
  const ca = authority === null ? {} : { ca: readText(authority) };
  return { rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2', ...ca };
}

function textOf(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new ImportError('--from has a % that is not followed by two hex digits; write it as %25');
  }
}
