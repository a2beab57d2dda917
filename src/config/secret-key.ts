/** One version of the secret that everything else is derived from. */
export interface SecretKey {
  /** From 1; stands beside everything that was encrypted or hashed with it. */
  version: number;
  bytes: Buffer;
}

const MINIMUM_BYTES = 32;

/**
 * Reads `SECRET_KEY`: one secret (version 1), or several as `2:NEW,1:OLD` while rotating. The first is what new values are
 * made with, all are read: so that every replica can read a new one before any of them writes with it.
 * A secret is base64 or hex of at least 32 random bytes.
 */
export function parseSecretKeys(text: string): SecretKey[] {
  const keys = text.split(',').map((part) => parseOne(part.trim()));
  if (new Set(keys.map((key) => key.version)).size < keys.length) {
    throw new Error('SECRET_KEY names one version twice');
  }
  return keys;
}

/**
 * The one with the lowest version, which all replicas have while SECRET_KEY rotates: for what they have to find alike.
 * @throws Error when there is none
 */
export function oldestOf(keys: readonly SecretKey[]): SecretKey {
  const [oldest] = keys.toSorted((a, b) => a.version - b.version);
  if (!oldest) throw new Error('SECRET_KEY is not configured');
  return oldest;
}

function parseOne(part: string): SecretKey {
  const versioned = /^(\d{1,4}):(.+)$/.exec(part);
  const version = versioned ? Number(versioned[1]) : 1;
  const secret = versioned?.[2] ?? part;
  const bytes = decode(secret);
  if (version < 1 || !bytes || bytes.length < MINIMUM_BYTES || new Set(bytes).size < 8) {
    throw new Error('SECRET_KEY must be 32 or more random bytes in base64 or hex: openssl rand -base64 32');
  }
  return { version, bytes };
}

function decode(secret: string): Buffer | undefined {
  if (/^([0-9a-f]{2})+$/i.test(secret)) return Buffer.from(secret, 'hex');
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(secret)) return Buffer.from(secret, 'base64');
  return undefined;
}
