import { isIP } from 'node:net';
import pg from 'pg';
import type { Config } from '../config/config.js';
import { isLoopbackAddress } from '../infra/http/public-address.js';

type Addresses = Pick<
  Config,
  'databaseUrl' | 'databaseDirectUrl' | 'redisUrl' | 'smtpUrl' | 'eventsUrl' | 'scanner' | 'traces'
>;

/** Settings by which secrets and personal data cross a network where others can read or alter them; no value is told. */
export function unencryptedSettings(config: Addresses): string[] {
  const found: Record<string, boolean> = {
    DATABASE_URL: isPlainDatabase(config.databaseUrl),
    DATABASE_DIRECT_URL: isPlainDatabase(config.databaseDirectUrl),
    REDIS_URL: isPlain(config.redisUrl, ({ protocol }) => protocol === 'rediss:'),
    SMTP_URL: isPlain(config.smtpUrl, isEncryptedMail),
    EVENTS_URL: isPlain(config.eventsUrl, ({ protocol }) => protocol === 'amqps:'),
    // clamd speaks no TLS: it belongs beside the server, or on a network of theirs.
    SCAN_URL: config.scanner?.kind === 'clamd' && !isThisMachine(config.scanner.host),
    OTEL_EXPORTER_OTLP_ENDPOINT: isPlain(config.traces?.url, ({ protocol }) => protocol === 'https:'),
  };
  return Object.keys(found).filter((name) => found[name]);
}

function isPlain(address: string | undefined, isEncrypted: (url: URL) => boolean): boolean {
  if (address === undefined) return false;
  const url = new URL(address);
  return !isThisMachine(url.hostname) && !isEncrypted(url);
}

/** STARTTLS that is merely offered can be taken out of the offer by who stands between. */
function isEncryptedMail({ protocol, searchParams }: URL): boolean {
  const isChecked = searchParams.get('tls.rejectUnauthorized') !== 'false';
  return isChecked && (protocol === 'smtps:' || searchParams.get('requireTLS') === 'true');
}

/** As pg itself understands the address: it has many ways to say `ssl`, and a few to say a socket's directory. */
function isPlainDatabase(connectionString: string | undefined): boolean {
  if (connectionString === undefined) return false;
  const { host, ssl } = new pg.Client({ connectionString }) as { host: string; ssl: unknown };
  if (host.startsWith('/') || isThisMachine(host)) return false;
  return !ssl || (ssl as { rejectUnauthorized?: boolean }).rejectUnauthorized === false;
}

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? /^(.+\.)?localhost$/i.test(host) : isLoopbackAddress(host);
}
