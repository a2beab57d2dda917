import type { SettingsReader } from './parse.js';

const SCHEMES = ['postgres', 'postgresql'];
/** Ours, as other programs have it; PostgreSQL's own tools would refuse it. */
const PARAMETER = 'pgbouncer';

/** How PostgreSQL is reached. */
export interface DatabaseUrls {
  /** For requests and jobs. Undefined: the embedded PostgreSQL. */
  url: string | undefined;
  /** PostgreSQL itself, for what needs a session of its own. Undefined: as `url`. */
  directUrl: string | undefined;
  /** Whether a pooler that deals out its connections by transaction stands at `url`. */
  pooled: boolean;
}

/** Reads DATABASE_URL with its `?pgbouncer=true`, which is not passed on, and DATABASE_DIRECT_URL. */
export function readDatabaseUrls(read: SettingsReader): DatabaseUrls {
  const given = read.url('DATABASE_URL', SCHEMES);
  const directUrl = read.url('DATABASE_DIRECT_URL', SCHEMES);
  const { url, said } = given === undefined ? { url: undefined, said: [] } : withoutParameter(given);
  if (said.some((value) => value !== 'true' && value !== 'false'))
    read.problems.push('DATABASE_URL: pgbouncer must be true or false');
  const pooled = said.at(-1) === 'true';
  if (pooled && directUrl === undefined) {
    read.problems.push('DATABASE_DIRECT_URL is not set: with pgbouncer=true it names PostgreSQL itself');
  }
  if (directUrl !== undefined && withoutParameter(directUrl).said.length > 0) {
    read.problems.push('DATABASE_DIRECT_URL must lead to PostgreSQL itself, not to pgbouncer');
  }
  if (directUrl !== undefined && given === undefined) {
    read.problems.push('DATABASE_DIRECT_URL is of no use without DATABASE_URL');
  }
  return { url, directUrl, pooled };
}

/** The address as it was given but for our parameter, and what that said, each time it is there. */
function withoutParameter(address: string): { url: string; said: string[] } {
  const [base = '', ...rest] = address.split('?');
  const parts = rest.join('?').split('&');
  const isOurs = (part: string) => part === PARAMETER || part.startsWith(`${PARAMETER}=`);
  const others = parts.filter((part) => part !== '' && !isOurs(part));
  return {
    url: others.length > 0 ? `${base}?${others.join('&')}` : base,
    said: parts.filter(isOurs).map((part) => part.slice(PARAMETER.length + 1)),
  };
}
