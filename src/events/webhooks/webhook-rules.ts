import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from '../../infra/http/public-address.js';
import { EVENT_NAMES } from '../account-event.js';

/** In the place of names: all events, also those that come with later versions. */
export const EVERY_EVENT = '*';
export const MOST_WEBHOOKS = 20;

const LONGEST_URL = 2048;
/** OutgoingRequests calls no others of strangers. */
const PORTS = ['', '8443'];

/** What staff decide about a webhook. */
export interface WebhookSettings {
  name: string;
  url: string;
  eventNames: string[];
  enabled: boolean;
}

/** The given settings in the form in which they are stored. */
export function tidied(given: Partial<WebhookSettings>): Partial<WebhookSettings> {
  const { name, url, eventNames, enabled } = given;
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(url !== undefined && { url: url.trim() }),
    ...(eventNames !== undefined && { eventNames: tidiedNames(eventNames) }),
    ...(enabled !== undefined && { enabled }),
  };
}

/**
 * What is not allowed about tidied settings, in sentences by field; empty when all is.
 * @param loopbackAllowed whether this server may be told to call addresses of this very machine
 */
export function webhookProblems(given: Partial<WebhookSettings>, loopbackAllowed: boolean): Record<string, string[]> {
  const { name, url, eventNames } = given;
  const problems = {
    name: name === undefined || isName(name) ? undefined : 'Name must have 1 to 100 characters',
    url: url === undefined ? undefined : urlProblem(url, loopbackAllowed),
    events: eventNames === undefined ? undefined : eventsProblem(eventNames),
  };
  return Object.fromEntries(
    Object.entries(problems).flatMap(([field, problem]) => (problem === undefined ? [] : [[field, [problem]]])),
  );
}

/** An address for the audit log: receivers may keep a key of theirs in the path and in the query. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

function tidiedNames(names: string[]): string[] {
  const known = [...new Set(names)].sort();
  return known.includes(EVERY_EVENT) ? [EVERY_EVENT] : known;
}

function isName(name: string): boolean {
  return /^[^\p{Cc}\p{Cs}]{1,100}$/u.test(name);
}

/** The same demands are made anew before each request, when names have become addresses (CONTROLS C-58). */
function urlProblem(text: string, loopbackAllowed: boolean): string | undefined {
  if (text.length > LONGEST_URL) return `Url must have ${LONGEST_URL} characters at most`;
  if (/[\s\\\p{Cc}\p{Cs}]/u.test(text) || !URL.canParse(text)) return 'Url is not an absolute URL';
  const url = new URL(text);
  if (text.includes('#')) return 'Url must not have a fragment';
  if (url.username !== '' || url.password !== '') return 'Url must not have a user name or password';
  return placeProblem(url, loopbackAllowed);
}

function placeProblem(url: URL, loopbackAllowed: boolean): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere = host === 'localhost' || isLoopbackAddress(host);
  if (isHere && loopbackAllowed) return isHttp(url) ? undefined : 'Url must be http or https';
  if (url.protocol !== 'https:') return 'Url must be https';
  if (!PORTS.includes(url.port)) return 'Url must use port 443 or 8443';
  return isHere || (isIP(host) !== 0 && !isPublicAddress(host)) ? 'Url must lead to the internet' : undefined;
}

const isHttp = ({ protocol }: URL): boolean => ['http:', 'https:'].includes(protocol);

function eventsProblem(names: string[]): string | undefined {
  if (names.length === 0) return `Events must name one at least, or ${EVERY_EVENT} for all`;
  const unknown = names.find((name) => name !== EVERY_EVENT && !(EVENT_NAMES as readonly string[]).includes(name));
  // Only what looks like a name is said again.
  if (unknown === undefined) return undefined;
  return /^[a-z._]{1,60}$/.test(unknown) ? `${unknown} is not an event` : 'Events has something that is not an event';
}
