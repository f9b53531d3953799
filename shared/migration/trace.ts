import { createHash } from 'node:crypto';

/**
 * The trace of a migration, computed from its id: one for its whole life, days and many instances long. Nothing has to be stored, a
 * message published by hand joins it, and the same message sent again says the same. Identifiers as W3C Trace Context has them
 * (https://www.w3.org/TR/trace-context/): lower-case hex, 16 bytes for a trace, 8 for a span.
 */
export function traceIdOf(migrationId: string): string {
  return digest(`trace ${migrationId}`, 32);
}

/** The span of the migration as a whole, which all others are under. */
export function rootSpanIdOf(migrationId: string): string {
  return digest(`migration ${migrationId}`, 16);
}

/** The span of the run that holds, or held, this fencing token: so the run after it can point to it. */
export function runSpanIdOf(migrationId: string, fence: number): string {
  return digest(`run ${fence} ${migrationId}`, 16);
}

/** Attributes of every message that is about a migration. */
export function traceAttributes(migrationId: string): { readonly traceparent: string } {
  return { traceparent: `00-${traceIdOf(migrationId)}-${rootSpanIdOf(migrationId)}-01` };
}

/** All zeros stand for none; no digest of anything known has them. */
function digest(text: string, characters: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, characters);
}
