import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Exporter } from '../buffer.ts';
import { type Meters, meters } from './metrics.ts';
import { spanMaker } from './spans.ts';

export interface OtlpOptions {
  /** Whole addresses; undefined: not sent. */
  readonly traces: string | undefined;
  readonly metrics: string | undefined;
  /** Asked before each export. @throws when they cannot be had. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly timeoutMs: number;
  /** Attributes of whatever is sent, by OpenTelemetry's names. */
  readonly resource: Readonly<Record<string, string>>;
  /** Milliseconds of a clock that only goes forth. */
  readonly now: () => number;
}

const PRODUCT = 'shoot-dualstack';

/** Cloud Monitoring takes a point of a series every five seconds at most, and refuses the others. */
const BETWEEN_METRICS_MS = 10_000;

/** Exports by OTLP over HTTP, in protobuf. Redirects are not followed: what is sent is for whom the settings name. */
export function otlpExporter(options: OtlpOptions): Exporter {
  const { now, timeoutMs } = options;
  const common = { 'service.namespace': PRODUCT, 'service.name': PRODUCT, ...options.resource };
  const instance = { 'service.instance.id': randomUUID(), ...common };
  const toSpans = spanMaker(resourceFromAttributes(instance));
  const kept: Meters = meters({
    counted: resourceFromAttributes(instance),
    standing: resourceFromAttributes({ ...common, 'service.name': PRODUCT, 'service.instance.id': 'state' }),
  });
  let metricsSentAt = Number.NEGATIVE_INFINITY;
  let headers: Readonly<Record<string, string>> = {};
  let open = connect();

  function connect() {
    const agents = {
      'http:': new HttpAgent({ keepAlive: true }),
      'https:': new HttpsAgent({ keepAlive: true }),
    };
    const config = {
      headers: async () => ({ ...headers }),
      timeoutMillis: timeoutMs,
      concurrencyLimit: 8,
      httpAgentOptions: (protocol: string) => agents[protocol === 'http:' ? 'http:' : 'https:'],
    };
    const { traces, metrics } = options;
    return {
      traces: traces === undefined ? undefined : new OTLPTraceExporter({ ...config, url: traces }),
      metrics: metrics === undefined ? undefined : new OTLPMetricExporter({ ...config, url: metrics }),
      close: () => {
        for (const agent of Object.values(agents)) agent.destroy();
      },
    };
  }

  return {
    async send(batch, { everything }) {
      // What was told must not be told again, whatever becomes of it.
      kept.tell(batch);
      const spans = options.traces === undefined ? [] : toSpans(batch.spans);
      const due =
        options.metrics !== undefined && (everything || now() - metricsSentAt >= BETWEEN_METRICS_MS);
      const points = due ? await kept.collect() : [];
      if (spans.length + points.length === 0) return;
      if (points.length > 0) metricsSentAt = now();
      headers = await options.headers();
      const { traces, metrics } = open;
      await Promise.all([
        spans.length === 0 ? undefined : taken((told) => traces?.export(spans, told)),
        ...points.map((each) => taken((told) => metrics?.export(each, told))),
      ]);
    },
    giveUp() {
      open.close();
      open = connect();
    },
  };
}

async function taken(start: (told: (result: ExportResult) => void) => void): Promise<void> {
  const { code, error } = await new Promise<ExportResult>((resolve) => start(resolve));
  if (code !== ExportResultCode.SUCCESS) throw error ?? new Error('the export failed without a reason');
}
