import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { formatTraceparent, parseTraceparent, type TraceParent } from './traceparent.js';

/**
 * What the rest of the program knows of traces: nothing of OpenTelemetry is loaded from here, and without a recorder
 * all of this does nothing. A trace has a root, which is a request or a job, and below it the steps that took time.
 * Names and attributes hold words of this program only: never a value, a path, a query, an id or an address of anybody
 * (CONTROLS C-59).
 */
export type SpanKind = 'server' | 'client' | 'consumer' | 'internal';
export type Attributes = Record<string, string | number>;

export interface Outcome {
  /** Of what was thrown, its code or class alone is told. */
  error?: unknown;
  /** In the place of an error that was not thrown: a word, such as a status. */
  trouble?: string | undefined;
  attributes?: Attributes;
}

export interface OpenSpan {
  end(outcome?: Outcome): void;
}

/** A request or a job. */
export interface RootSpan extends OpenSpan {
  readonly at: TraceParent;
  rename(name: string): void;
  /** A step of it; undefined when this trace is not recorded, is over, or has too many of them. */
  step(name: string, kind: SpanKind, attributes?: Attributes): OpenSpan | undefined;
}

export interface Recorder {
  begin(name: string, kind: SpanKind, attributes: Attributes, parent: TraceParent | undefined): RootSpan;
}

const roots = new AsyncLocalStorage<RootSpan | undefined>();
let recorder: Recorder | undefined;

/** From now on roots are recorded by this one, or by none. */
export function recordBy(next: Recorder | undefined): void {
  recorder = next;
}

/** Whether there are traces at all: whoever would have to prepare something for them asks first. */
export const isTracing = (): boolean => recorder !== undefined;

/** @param parent a traceparent that may be believed */
export function beginRoot(
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  parent?: unknown,
): RootSpan | undefined {
  return recorder?.begin(name, kind, attributes, parseTraceparent(parent));
}

/** Whatever happens in there, and because of it, belongs to the root. */
export const within = <T>(root: RootSpan, work: () => T): T => roots.run(root, work);

/** For what outlives the request that happened to need it first, such as a connection. */
export const outside = <T>(work: () => T): T => (isTracing() ? roots.run(undefined, work) : work());

/** For listeners of what knows no request: it is called within the root at hand now. */
export function bound<Args extends unknown[]>(listener: (...args: Args) => unknown): (...args: Args) => unknown {
  return roots.getStore() ? AsyncResource.bind(listener) : listener;
}

/** A step of the root at hand; undefined where there is none. */
export function openSpan(name: string, kind: SpanKind, attributes?: Attributes): OpenSpan | undefined {
  return roots.getStore()?.step(name, kind, attributes);
}

/** Does some work as a step. @param outcomeOf what its result tells of how it went */
export async function inSpan<T>(
  [name, kind, attributes]: [name: string, kind: SpanKind, attributes?: Attributes],
  work: () => Promise<T>,
  outcomeOf?: (result: T) => Outcome,
): Promise<T> {
  const span = openSpan(name, kind, attributes);
  return span ? endAfter(span, work, outcomeOf) : work();
}

/** Does some work as a root of its own. */
export async function inRoot<T>(
  [name, kind, attributes]: [name: string, kind: SpanKind, attributes: Attributes],
  parent: unknown,
  work: () => Promise<T>,
): Promise<T> {
  const root = beginRoot(name, kind, attributes, parent);
  return root ? endAfter(root, () => within(root, work)) : work();
}

async function endAfter<T>(span: OpenSpan, work: () => Promise<T>, outcomeOf?: (result: T) => Outcome): Promise<T> {
  try {
    const result = await work();
    span.end(outcomeOf?.(result));
    return result;
  } catch (error) {
    span.end({ error });
    throw error;
  }
}

/** For log lines: in which trace they were written. */
export function traceIds(): { trace_id: string; span_id: string } | undefined {
  const at = roots.getStore()?.at;
  return at && { trace_id: at.traceId, span_id: at.spanId };
}

/** For log lines about a job that is not at hand any more. */
export function traceIdIn(traceparent: unknown): { trace_id?: string } {
  const parent = parseTraceparent(traceparent);
  return parent ? { trace_id: parent.traceId } : {};
}

/** For what is written down now and goes on later, in our own database; it is sent to nobody. */
export function currentTraceparent(): string | undefined {
  const at = roots.getStore()?.at;
  return at && formatTraceparent(at);
}
