import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import type { Telemetry } from '../../shared/engine/telemetry.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { bufferedSink } from '../../shared/telemetry/buffer.ts';
import { watchEngine } from '../../shared/telemetry/index.ts';
import { otlpExporter } from '../../shared/telemetry/otlp/index.ts';

const SILENT = pino({ level: 'silent' });

/** Telemetry that goes to a collector at this address, whole and without waiting until something is due. */
export function watchingFor(
  url: string,
  { clock, project, log = SILENT }: { clock: Pick<Clock, 'now'>; project: string; log?: Logger },
): Telemetry {
  const now = () => performance.now();
  const load = async () =>
    otlpExporter({
      traces: `${url}/v1/traces`,
      metrics: `${url}/v1/metrics`,
      headers: async () => ({}),
      timeoutMs: 20_000,
      resource: { 'service.name': 'toy' },
      now,
    });
  return watchEngine({
    project,
    clock,
    log,
    sink: bufferedSink({ load, log, boundMs: 20_000, quietMs: 0, now }),
  });
}

const lineSchema = z.looseObject({ severity: z.string(), message: z.string() });
export type Line = z.output<typeof lineSchema>;

/** A log as the functions write it, line by line in memory. */
export function recordedLog(level = 'info'): { readonly log: Logger; readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const into = new Writable({
    decodeStrings: false,
    write(text, _, done) {
      lines.push(lineSchema.parse(JSON.parse(String(text))));
      done();
    },
  });
  return { log: createLogger(level, into), lines };
}
