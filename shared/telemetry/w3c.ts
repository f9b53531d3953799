import { traceIdOf } from '../migration/trace.ts';

/** Whose span a message was sent under, as it says. */
export interface Sender {
  readonly spanId: string;
  readonly tracestate: string | undefined;
}

/** Version 00; of a later one only what stands where 00 has it (https://www.w3.org/TR/trace-context/#versioning-of-traceparent). */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const NONE = /^0+$/;

/** What a vendor may have to say beside it: at most 32 members and, as the standard lets us, 512 characters. */
const MOST_CHARACTERS = 512;
const MOST_MEMBERS = 32;
const MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * The sender that a message's attributes name, if they are as W3C Trace Context has them and of this migration's own trace.
 * Attributes are anybody's: whatever else they are is as good as none, and a tracestate that is not as it should be is left out.
 */
export function senderIn(
  attributes: Readonly<Record<string, string>>,
  migrationId: string,
): Sender | undefined {
  const { traceparent = '', tracestate } = attributes;
  // Longer ones are of versions that nobody has written yet, or no traceparent at all.
  if (traceparent.length > 200) return undefined;
  const [, version, traceId, spanId, more] = TRACEPARENT.exec(traceparent) ?? [];
  if (spanId === undefined || NONE.test(spanId) || traceId !== traceIdOf(migrationId)) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  return { spanId, tracestate: usable(tracestate) };
}

function usable(tracestate: string | undefined): string | undefined {
  if (tracestate === undefined || tracestate.length > MOST_CHARACTERS) return undefined;
  const members = tracestate
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const keys = members.map((member) => member.slice(0, member.indexOf('=')));
  const wellFormed = members.every((member) => MEMBER.test(member)) && new Set(keys).size === keys.length;
  return wellFormed && members.length > 0 && members.length <= MOST_MEMBERS ? members.join(',') : undefined;
}
