export type { Sink } from './sink.ts';
export { watchEngine } from './telemetry.ts';
export { logFields } from './under-way.ts';
