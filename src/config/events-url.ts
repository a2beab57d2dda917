import type { SettingsReader } from './parse.js';

/** What the query of EVENTS_URL may say; see docs/events.md. */
const EXCHANGES = ['durable', 'transient'];

/**
 * Reads EVENTS_URL, `amqp://user:password@host:5672/vhost`; undefined when it is unset or wrong. Problems repeat nothing
 * of it: it carries a password.
 */
export function readEventsUrl(read: SettingsReader): string | undefined {
  const text = read.url('EVENTS_URL', ['amqp', 'amqps']);
  if (text === undefined) return undefined;
  const problem = problemOf(text);
  if (problem === undefined) return text;
  read.problems.push(problem);
  return undefined;
}

function problemOf(text: string): string | undefined {
  if (!isReadable(text)) return 'EVENTS_URL cannot be read: is something in the password not percent-encoded?';
  const { hostname, pathname, searchParams, hash } = new URL(text);
  if (hostname === '') return 'EVENTS_URL must name a host, such as amqp://user:password@rabbitmq.internal';
  if (pathname.slice(1).includes('/') || hash !== '')
    return 'EVENTS_URL must end in one virtual host: a slash in it is %2F';
  const unknown = [...searchParams].filter(([name, value]) => name !== 'exchange' || !EXCHANGES.includes(value));
  return unknown.length === 0 ? undefined : 'EVENTS_URL takes no parameter but exchange=durable or exchange=transient';
}

function isReadable(text: string): boolean {
  try {
    const { username, password, pathname } = new URL(text);
    [username, password, pathname].forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}
