import type { Principal } from '../common/principal.js';

/** What is neither of these could end a header or be read in two ways behind the proxy. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * Who passes, as the site behind the proxy reads it. All names are always there, empty where there is nothing to say,
 * so that a proxy which copies them overwrites whatever its client has put in their place.
 */
export function identityHeaders(principal: Principal): Record<string, string> {
  const { kind, account, scopes, clientId, amr } = principal;
  const showsEmail = kind !== 'access' || scopes.has('email');
  const values = {
    'X-Auth-Uid': account.uid,
    'X-Auth-Email': showsEmail ? account.email : '',
    'X-Auth-Role': account.role,
    'X-Auth-Level': String(account.level),
    'X-Auth-State': account.state,
    'X-Auth-Scope': kind === 'access' ? [...scopes].join(' ') : '',
    'X-Auth-Client': clientId,
    'X-Auth-Amr': amr.join(' '),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, PRINTABLE_ASCII.test(value) ? value : '']),
  );
}
