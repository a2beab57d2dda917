import type { SettingsReader } from './parse.js';

/** A bucket of a server that speaks S3. */
export interface StorageBucket {
  /** URL of the server. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const FORM = 's3://KEY:SECRET@host/bucket?region=…, special characters of KEY and SECRET percent-encoded';
const DEFAULT_REGION = 'us-east-1';
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads STORAGE_URL; undefined when it is unset or wrong. Problems repeat nothing of it: it carries a secret. */
export function readStorageBucket(read: SettingsReader): StorageBucket | undefined {
  const text = read.url('STORAGE_URL', ['s3']);
  if (text === undefined) return undefined;
  const bucket = URL.canParse(text) ? bucketOf(new URL(text)) : `STORAGE_URL must be ${FORM}`;
  if (typeof bucket !== 'string') return bucket;
  read.problems.push(bucket);
  return undefined;
}

/** The bucket, or what is wrong with the address. */
function bucketOf(url: URL): StorageBucket | string {
  const [accessKeyId, secretAccessKey] = [decode(url.username), decode(url.password)];
  if (!accessKeyId || !secretAccessKey || !url.hostname || url.hash) return `STORAGE_URL must be ${FORM}`;
  const bucket = url.pathname.replace(/^\/|\/$/g, '');
  if (!BUCKET.test(bucket)) return 'STORAGE_URL must name one bucket: 3 to 63 of a-z, 0-9, dot and hyphen';
  const options = optionsOf(url.searchParams);
  if (typeof options === 'string') return options;
  return { endpoint: `${options.scheme}://${url.host}`, region: options.region, bucket, accessKeyId, secretAccessKey };
}

function optionsOf(parameters: URLSearchParams): { scheme: string; region: string } | string {
  const { region = DEFAULT_REGION, tls = 'on', ...unknown } = Object.fromEntries(parameters);
  if (Object.keys(unknown).length > 0) return 'STORAGE_URL takes the parameters region and tls only';
  if (!/^[a-z0-9-]{1,63}$/.test(region)) return 'STORAGE_URL must have a region like eu-central-1';
  if (tls !== 'on' && tls !== 'off') return 'STORAGE_URL must have tls=on or tls=off';
  return { scheme: tls === 'on' ? 'https' : 'http', region };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
