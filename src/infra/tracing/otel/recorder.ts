import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import type { Attributes, OpenSpan, Outcome, Recorder, RootSpan, SpanKind as Kind } from '../spans.js';
import type { TraceParent } from '../traceparent.js';
import { errorType } from './error-type.js';

/** A clean-up may have thousands; nobody reads those, and they would push out everything else. */
const MOST_STEPS = 200;

const KINDS: Record<Kind, SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

/**
 * Spans of one tracer. It is given to nobody by way of OpenTelemetry's globals: libraries that look for a tracer there
 * find none, and so export nothing of what they think is worth telling.
 */
export class OtelRecorder implements Recorder {
  constructor(private readonly tracer: Tracer) {}

  begin(name: string, kind: Kind, attributes: Attributes, parent: TraceParent | undefined): RootSpan {
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent)) : ROOT_CONTEXT;
    const span = this.tracer.startSpan(name, { kind: KINDS[kind], attributes }, context);
    return new Root(this.tracer, span);
  }
}

class Root implements RootSpan {
  private steps = 0;

  constructor(
    private readonly tracer: Tracer,
    private readonly span: Span,
  ) {}

  get at(): TraceParent {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  step(name: string, kind: Kind, attributes: Attributes = {}): OpenSpan | undefined {
    if (!this.span.isRecording()) return undefined;
    this.steps += 1;
    if (this.steps > MOST_STEPS) return undefined;
    const span = this.tracer.startSpan(name, { kind: KINDS[kind], attributes }, trace.setSpan(ROOT_CONTEXT, this.span));
    return { end: (outcome) => end(span, outcome) };
  }

  end(outcome?: Outcome): void {
    const leftOut = this.steps - MOST_STEPS;
    if (leftOut > 0) this.span.setAttribute('barong.steps_left_out', leftOut);
    end(this.span, outcome);
  }
}

/** Messages and stacks are not recorded: they repeat what was sent. */
function end(
  span: Span,
  { error, trouble = error === undefined ? undefined : errorType(error), attributes }: Outcome = {},
) {
  if (attributes) span.setAttributes(attributes);
  if (trouble !== undefined) {
    span.setAttribute('error.type', trouble);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function toSpanContext({ traceId, spanId, isSampled }: TraceParent) {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}
