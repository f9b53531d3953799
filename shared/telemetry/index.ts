export type { Sink } from './sink.ts';
export { type TelemetryOptions, watchEngine } from './telemetry.ts';
export { logFields } from './under-way.ts';
