import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

/** protobufjs reads what was sent by the public definitions: not by anything of the exporter's. */
const loaded = loadSync(fileURLToPath(new URL('otlp.proto', import.meta.url)), {
  longs: Number,
  defaults: true,
  arrays: true,
  oneofs: true,
});

const attribute = z.object({
  key: z.string(),
  value: z
    .looseObject({ value: z.string() })
    .transform((any) => z.union([z.string(), z.number(), z.boolean()]).parse(any[any.value])),
});
const attributes = z
  .array(attribute)
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])));
const hex = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex'));
const resource = z.object({ attributes });
const nanos = z.number().transform((time) => time / 1_000_000);

const spanSchema = z.object({
  traceId: hex,
  spanId: hex,
  traceState: z.string(),
  parentSpanId: hex,
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  links: z.array(z.object({ traceId: hex, spanId: hex })),
  status: z.object({ message: z.string(), code: z.number() }).nullable(),
});
export type Span = z.output<typeof spanSchema>;
const traceRequest = z.object({
  resourceSpans: z.array(
    z.object({ resource, scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) }),
  ),
});

const numberPoint = z
  .looseObject({ attributes, value: z.enum(['asDouble', 'asInt']) })
  .transform((point) => ({ attributes: point.attributes, value: z.number().parse(point[point.value]) }));
const histogramPoint = z
  .object({ attributes, count: z.number(), sum: z.number() })
  .transform(({ count, ...point }) => ({ attributes: point.attributes, value: count, sum: point.sum }));
const metricSchema = z
  .looseObject({ name: z.string(), unit: z.string(), data: z.enum(['gauge', 'sum', 'histogram']) })
  .transform((metric) => {
    const point = metric.data === 'histogram' ? histogramPoint : numberPoint;
    const { dataPoints } = z.object({ dataPoints: z.array(point) }).parse(metric[metric.data]);
    return { name: metric.name, unit: metric.unit, kind: metric.data, points: dataPoints };
  });
const metricsRequest = z.object({
  resourceMetrics: z.array(
    z.object({ resource, scopeMetrics: z.array(z.object({ metrics: z.array(metricSchema) })) }),
  ),
});
export type Metric = z.output<typeof metricSchema> & { readonly resource: Readonly<Record<string, unknown>> };

export interface Collector {
  readonly url: string;
  readonly spans: readonly (Span & { readonly resource: Readonly<Record<string, unknown>> })[];
  readonly metrics: readonly Metric[];
  /** All that was sent, as it came. */
  readonly bodies: readonly Buffer[];
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** Instead of an answer that takes it. */
  misbehave(answer: ((response: ServerResponse) => void) | undefined): void;
}

/** A collector on loopback that takes OTLP over HTTP. */
export async function startCollector(): Promise<Collector> {
  const spans: (Span & { resource: Readonly<Record<string, unknown>> })[] = [];
  const metrics: Metric[] = [];
  const bodies: Buffer[] = [];
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = [];
  let answer: ((response: ServerResponse) => void) | undefined;

  function take(path: string, body: Buffer): void {
    if (path === '/v1/traces') {
      for (const { resource: of, scopeSpans } of traceRequest.parse(decoded('Traces', body)).resourceSpans) {
        const found = scopeSpans.flatMap((scope) => scope.spans);
        spans.push(...found.map((span) => ({ ...span, resource: of.attributes })));
      }
      return;
    }
    const read = metricsRequest.parse(decoded('Metrics', body));
    for (const { resource: of, scopeMetrics } of read.resourceMetrics) {
      const found = scopeMetrics.flatMap((scope) => scope.metrics);
      metrics.push(...found.map((metric) => ({ ...metric, resource: of.attributes })));
    }
  }

  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const path = request.url ?? '';
    requests.push({ path, headers: request.headers });
    bodies.push(body);
    if (answer !== undefined) return answer(response);
    try {
      take(path, body);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    spans,
    metrics,
    bodies,
    requests,
    misbehave: (other) => {
      answer = other;
    },
  };
}

function decoded(method: 'Traces' | 'Metrics', body: Buffer): unknown {
  const service = loaded['otlp.Collector'];
  const definition = z.record(z.string(), z.looseObject({})).parse(service)[method];
  const read = definition?.requestDeserialize;
  if (typeof read !== 'function') throw new Error(`otlp.proto has no method ${method}`);
  return read(body);
}
