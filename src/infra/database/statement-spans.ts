import type { Client, Pool } from 'pg';
import { bound, openSpan, type OpenSpan, outside } from '../tracing/spans.js';

type Call = (...args: unknown[]) => unknown;
type Given = (error: Error | undefined, client: Client | undefined, ...more: unknown[]) => unknown;

const WORDS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'WITH', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'];

/**
 * Each statement on this pool becomes a step of the request or job that it is for, and so does waiting for a connection
 * where none is ready.
 */
export function tracePool(pool: Pool): void {
  const connect = pool.connect.bind(pool) as Call;
  const seen = new WeakSet<Client>();
  const giveTo = (given: Given): void => {
    const wait = pool.idleCount === 0 ? openSpan('database wait', 'internal') : undefined;
    // Who gives a connection back hands it to the next one, who goes on in a request of their own all the same.
    const next: Given = bound((error, client, ...more) => {
      wait?.end(error ? { error } : {});
      if (client && !seen.has(client)) traceStatements(client);
      if (client) seen.add(client);
      return given(error, client, ...more);
    });
    // A new connection outlives the request that needed it first.
    outside(() => connect(next));
  };
  const traced = (given?: Given): Promise<unknown> | void =>
    given
      ? giveTo(given)
      : new Promise((resolve, reject) => giveTo((error, client) => (error ? reject(error) : resolve(client))));
  pool.connect = traced as Pool['connect'];
}

/** Their texts and values stay here. */
function traceStatements(client: Client): void {
  const query = client.query.bind(client) as Call;
  const traced: Call = (...args) => {
    const { name, word } = namesOf(args[0]);
    const span = openSpan(name ?? word, 'client', { 'db.system.name': 'postgresql', 'db.operation.name': word });
    return span ? endedBy(span, query, args) : query(...args);
  };
  client.query = traced as Client['query'];
}

/** Calls something that answers as pg does: by a callback in the last place, or else by a promise. */
function endedBy(span: OpenSpan, call: Call, args: unknown[]): unknown {
  const done = args.at(-1);
  if (typeof done === 'function') {
    const endFirst: Call = (error, ...results) => {
      span.end(error ? { error } : {});
      return (done as Call)(error, ...results);
    };
    return call(...args.slice(0, -1), endFirst);
  }
  const result = call(...args);
  if (result instanceof Promise) {
    result.then(
      () => span.end(),
      (error: unknown) => span.end({ error }),
    );
  } else span.end();
  return result;
}

/** A statement's own name, and the word it begins with. */
function namesOf(statement: unknown): { name: string | undefined; word: string } {
  const { name, text } = (typeof statement === 'string' ? { text: statement } : statement) as Partial<Named>;
  const word = /^\s*([A-Za-z]+)/.exec(text ?? '')?.[1]?.toUpperCase() ?? '';
  return { name, word: WORDS.includes(word) ? word : 'OTHER' };
}

interface Named {
  name: string;
  text: string;
}
