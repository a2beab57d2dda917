import { sign } from 'node:crypto';
import { KeysService } from '../../src/keys/keys.service.js';
import type { TestApp } from './app.js';
import { claimsOf } from './client.js';

type Fields = Record<string, unknown>;

const encode = (fields: Fields): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

/** The header of a JWT, unverified. */
export function headerOf(token: string): Fields {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Fields;
}

/**
 * The token with other claims or header fields (undefined takes one away), signed by the server's own key: what no
 * attacker can make, to see that a good signature alone opens nothing.
 */
export function resigned(server: TestApp, token: string, claims: Fields = {}, header: Fields = {}): string {
  const { privateKey, kid } = server.app.get(KeysService, { strict: false }).signer('RS256');
  const head = { ...headerOf(token), alg: 'RS256', kid, ...header };
  const input = `${encode(head)}.${encode({ ...claimsOf(token), ...claims })}`;
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
}

/** A token as an application gets it through OAuth: the account's, with these scopes and nothing else. */
export function oauthToken(server: TestApp, sessionToken: string, ...scopes: string[]): string {
  return resigned(server, sessionToken, { token_use: undefined, scope: scopes.join(' ') });
}

/** A token of the same session whose person signed in so many seconds ago. */
export function agedToken(server: TestApp, sessionToken: string, seconds: number): string {
  return resigned(server, sessionToken, { auth_time: Math.floor(Date.now() / 1000) - seconds });
}
