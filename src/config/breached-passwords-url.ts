import type { SettingsReader } from './parse.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads BREACHED_PASSWORDS_URL: the base of a range service, without a slash at the end. Undefined when it is unset or
 * wrong. Plain http only to this machine, and not in production: whoever reads or alters the answers learns or decides
 * something about passwords.
 */
export function readBreachedPasswordsUrl(read: SettingsReader, isProduction: boolean): string | undefined {
  const text = read.url('BREACHED_PASSWORDS_URL', ['https', 'http']);
  if (text === undefined) return undefined;
  const problem = URL.canParse(text) ? problemOf(new URL(text), isProduction) : 'cannot be read';
  if (problem === undefined) return new URL(text).href.replace(/\/+$/, '');
  read.problems.push(`BREACHED_PASSWORDS_URL ${problem}`);
  return undefined;
}

function problemOf(url: URL, isProduction: boolean): string | undefined {
  if (url.protocol === 'http:' && isProduction) return 'must start with https://';
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    return 'must start with https:// unless it leads to this machine';
  }
  const hasMore = url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '';
  return hasMore ? 'must have no query, fragment or user name' : undefined;
}
