import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Telemetry } from '../engine/telemetry.ts';
import { googleIdentity } from '../kubernetes/access/google-identity.ts';
import { bufferedSink } from '../telemetry/buffer.ts';
import { type Sink, watchEngine } from '../telemetry/index.ts';
import type { Settings } from './settings.ts';
import { exportHeaders } from './telemetry-headers.ts';

export interface EngineTelemetryOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  /** As Cloud Run sets them. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What an answer may be held up for it: the bus waits minutes, and the function is paid by time. */
const BOUND_MS = 1_500;
const QUIET_MS = 30_000;
const PROTOCOL = 'http/protobuf';

/** Watches the engine of this process; exports only where the settings name somebody who takes it. */
export function engineTelemetry({ settings, clock, log, env = {} }: EngineTelemetryOptions): Telemetry {
  const project = settings.GOOGLE_CLOUD_PROJECT;
  return watchEngine({ project, clock, log, sink: sinkOf(settings, log, env) });
}

function sinkOf(
  settings: Settings,
  log: Logger,
  env: Readonly<Record<string, string | undefined>>,
): Sink | undefined {
  const traces = addressOf(settings, 'TRACES', '/v1/traces');
  const metrics = addressOf(settings, 'METRICS', '/v1/metrics');
  if (traces === undefined && metrics === undefined) return undefined;
  const { OTEL_EXPORTER_OTLP_PROTOCOL: protocol = PROTOCOL } = settings;
  if (protocol !== PROTOCOL) {
    log.warn(
      { protocol },
      `traces and metrics are not exported: OTEL_EXPORTER_OTLP_PROTOCOL has to be ${PROTOCOL}`,
    );
    return undefined;
  }
  const now = () => performance.now();
  const boundMs = Math.min(BOUND_MS, settings.OTEL_EXPORTER_OTLP_TIMEOUT ?? BOUND_MS);
  const load = async () => {
    const { otlpExporter } = await import('../telemetry/otlp/index.ts');
    const headers = exportHeaders([traces, metrics], {
      project: settings.GOOGLE_CLOUD_PROJECT,
      given: settings.OTEL_EXPORTER_OTLP_HEADERS ?? {},
      identity: googleIdentity(),
    });
    return otlpExporter({
      traces,
      metrics,
      headers,
      timeoutMs: boundMs,
      resource: resourceOf(settings, env),
      now,
    });
  };
  return bufferedSink({ load, log, boundMs, quietMs: QUIET_MS, now });
}

function addressOf(settings: Settings, kind: 'TRACES' | 'METRICS', path: string): string | undefined {
  if (settings.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  const { [`OTEL_${kind}_EXPORTER` as const]: exporters = 'otlp' } = settings;
  if (!exporters.split(',').some((each) => each.trim() === 'otlp')) return undefined;
  const base = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  return settings[`OTEL_EXPORTER_OTLP_${kind}_ENDPOINT`] ?? (base && `${base.replace(/\/+$/, '')}${path}`);
}

/** By OpenTelemetry's names. Google wants to know the project, and for metrics a region (`cloud.region`, or `location`). */
function resourceOf(
  settings: Settings,
  { K_SERVICE, K_REVISION }: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return {
    ...(K_SERVICE !== undefined && { 'service.name': K_SERVICE, 'faas.name': K_SERVICE }),
    ...(K_REVISION !== undefined && { 'service.version': K_REVISION, 'cloud.platform': 'gcp_cloud_run' }),
    'gcp.project_id': settings.GOOGLE_CLOUD_PROJECT,
    ...settings.OTEL_RESOURCE_ATTRIBUTES,
    ...(settings.OTEL_SERVICE_NAME !== undefined && { 'service.name': settings.OTEL_SERVICE_NAME }),
  };
}
