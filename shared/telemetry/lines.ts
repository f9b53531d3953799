/**
 * Log lines that hold a figure each: what infra/gcp/metrics.tf makes metrics of, word for word. The same numbers go to the exporter
 * where there is one. docs/telemetry.md says what each means.
 */
export const LINES = {
  phase: 'migrations in this phase now',
  blocked: 'migrations blocked for this reason now',
  run: 'run ended',
  nodes: 'nodes by carrier',
  probes: 'nodes looked at by probes',
} as const;
