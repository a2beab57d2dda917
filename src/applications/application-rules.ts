import { randomBytes } from 'node:crypto';
import { API_SCOPES, OIDC_SCOPES } from '../common/principal.js';
import { APPLICATION_KINDS, GRANT_TYPES, SIGNING_ALGS } from './application.entity.js';
import type { ApplicationSettings } from './application-settings.js';
import { backchannelUriProblem, originProblem, redirectUriProblem } from './redirect-uri.js';

/** Scopes that an application gets when whoever registers it names none. */
export const DEFAULT_SCOPES: readonly string[] = [...OIDC_SCOPES, ...API_SCOPES];

/** Seconds; the database has the same bounds. */
const SHORTEST_LIFETIME = 60;
const LONGEST_LIFETIME = 86_400;
const MOST_URIS = 50;

type Problems = Record<string, string[]>;
type Given = Partial<ApplicationSettings> & { uid?: string | undefined };

/**
 * What is not allowed about the given settings of an application of this kind, in sentences by field; empty when all is.
 * @param loopbackAllowed whether this server may be told to call addresses of this very machine
 */
export function applicationProblems(given: Given, kind: string, loopbackAllowed: boolean): Problems {
  const { name, uid, accessTokenLifetime: lifetime, signingAlg } = given;
  const problems: Problems = {
    name: name === undefined || isName(name) ? [] : ['Name must have 1 to 100 characters'],
    uid:
      uid === undefined || isApplicationUid(uid)
        ? []
        : ['Uid must have 3 to 64 letters, digits, dots, dashes or underscores'],
    kind: includes(APPLICATION_KINDS, kind) ? [] : ['Kind must be confidential or public'],
    redirect_uris: listProblems(given.redirectUris, redirectUriProblem),
    post_logout_redirect_uris: listProblems(given.postLogoutRedirectUris, redirectUriProblem),
    allowed_origins: listProblems(given.allowedOrigins, originProblem),
    scopes: listProblems(given.scopes, (scope) => wordProblem(DEFAULT_SCOPES, scope, 'a scope')),
    grant_types: grantProblems(given.grantTypes, kind),
    signing_alg:
      signingAlg === undefined || includes(SIGNING_ALGS, signingAlg) ? [] : ['Signing alg must be RS256 or ES256'],
    access_token_lifetime:
      lifetime === undefined || isLifetime(lifetime)
        ? []
        : [`Access token lifetime must be from ${SHORTEST_LIFETIME} to ${LONGEST_LIFETIME} seconds`],
    backchannel_logout_uri: listProblems(given.backchannelLogoutUri ? [given.backchannelLogoutUri] : [], (uri) =>
      backchannelUriProblem(uri, loopbackAllowed),
    ),
  };
  return Object.fromEntries(Object.entries(problems).filter(([, sentences]) => sentences.length > 0));
}

/** A client identifier that nobody has to think of. */
export function newApplicationUid(): string {
  return randomBytes(16).toString('hex');
}

/** Also keeps texts away from the database that it could not bear. */
export function isApplicationUid(uid: string): boolean {
  return /^[A-Za-z0-9._-]{3,64}$/.test(uid);
}

function isName(name: string): boolean {
  return /^[^\p{Cc}\p{Cs}]{1,100}$/u.test(name.trim());
}

function isLifetime(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= SHORTEST_LIFETIME && seconds <= LONGEST_LIFETIME;
}

/** A secret in a browser or a phone is none, so nobody there acts in the name of the application (RFC 6749, section 4.4). */
function grantProblems(grants: string[] | undefined, kind: string): string[] {
  const known = listProblems(grants, (grant) => wordProblem(GRANT_TYPES, grant, 'a grant type'));
  const needsSecret = kind === 'public' && grants?.includes('client_credentials');
  return needsSecret ? [...known, 'client_credentials needs a confidential application'] : known;
}

function listProblems(items: string[] | undefined, problemOf: (item: string) => string | undefined): string[] {
  if (items === undefined) return [];
  if (items.length > MOST_URIS) return [`There must be ${MOST_URIS} at most`];
  return items.map(problemOf).filter((problem) => problem !== undefined);
}

function wordProblem(words: readonly string[], word: string, what: string): string | undefined {
  return words.includes(word) ? undefined : `${word} is not ${what}`;
}

function includes(words: readonly string[], word: string): boolean {
  return words.includes(word);
}
