import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  type IdGenerator,
  RandomIdGenerator,
  type ReadableSpan,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { FinishedSpan } from '../span.ts';

const KINDS = { internal: SpanKind.INTERNAL, consumer: SpanKind.CONSUMER } as const;

/** Turns what was seen into OpenTelemetry's spans. Identifiers that nothing points to are random; they are made nowhere else. */
export function spanMaker(resource: Resource): (spans: readonly FinishedSpan[]) => ReadableSpan[] {
  const ids = new GivenIds();
  let ended: ReadableSpan[] = [];
  const collected = async () => undefined;
  const provider = new TracerProvider({
    resource,
    idGenerator: ids,
    spanLimits: { attributeValueLengthLimit: 1_000 },
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => void ended.push(span),
        forceFlush: collected,
        shutdown: collected,
      },
    ],
  });
  const tracer = provider.getTracer('shoot-dualstack');

  function make(span: FinishedSpan): void {
    const { traceId, name, kind, startedAt, endedAt, attributes, after, error, parts = [] } = span;
    ids.next = { traceId, spanId: span.spanId };
    const links = after === undefined ? [] : [{ context: spanContext(traceId, after) }];
    const options = { kind: KINDS[kind], startTime: startedAt, attributes: { ...attributes }, links };
    const made = tracer.startSpan(name, options, above(span));
    const within = trace.setSpan(ROOT_CONTEXT, made);
    for (const part of parts) {
      const done = { startTime: part.startedAt, attributes: { 'shoot_dualstack.what': part.what } };
      tracer.startSpan(part.kind, done, within).end(part.endedAt);
    }
    if (error !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: error });
    made.end(endedAt);
  }

  return (spans) => {
    ended = [];
    for (const span of spans) make(span);
    return ended;
  };
}

function above({ traceId, parent }: FinishedSpan): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const context = spanContext(traceId, parent.spanId);
  const { tracestate } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...context,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  });
}

function spanContext(traceId: string, spanId: string) {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

/** Gives the next span the identifiers that it is known by, each once. */
class GivenIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  next: { readonly traceId?: string | undefined; readonly spanId?: string | undefined } = {};

  /** Asked only for a span without a parent. */
  generateTraceId(): string {
    const { traceId, ...rest } = this.next;
    this.next = rest;
    return traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    const { spanId, ...rest } = this.next;
    this.next = rest;
    return spanId ?? this.#random.generateSpanId();
  }
}
