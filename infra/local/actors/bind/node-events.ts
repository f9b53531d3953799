import { createHash } from 'node:crypto';
import type { Clock } from '../../../../shared/clock.ts';
import type { Node } from '../../cluster/kinds/node.ts';
import type { JsonObject } from '../../cluster/object/json.ts';
import type { ObjectKey } from '../../cluster/object/object.ts';
import { wholeSeconds } from '../conditions.ts';
import type { EventNote } from '../world.ts';

/** Events about objects without a namespace stand here. */
const NAMESPACE = 'default';

/** An Event about a node as an event recorder writes it. */
export interface NodeEvent {
  readonly key: ObjectKey;
  /** What is created the first time. */
  readonly manifest: JsonObject;
  /** The merge patch for one that is there already. */
  again(present: JsonObject): JsonObject;
}

/** Named after what it says, so that the same again is found and counted up. */
export function nodeEvent(clock: Clock, node: Node, note: EventNote): NodeEvent {
  const { name, uid } = node.metadata;
  const { type, reason, message, component } = note;
  const digest = digestOf(`${component} ${reason} ${message}`);
  const key = { namespace: NAMESPACE, name: `${name}.${digest}` };
  const lastTimestamp = wholeSeconds(clock);
  return {
    key,
    manifest: {
      metadata: key,
      involvedObject: { kind: 'Node', apiVersion: 'v1', name, uid },
      type,
      reason,
      message,
      source: { component },
      firstTimestamp: lastTimestamp,
      lastTimestamp,
      count: 1,
    },
    again: (present) => ({ count: Number(present.count ?? 1) + 1, lastTimestamp }),
  };
}

const MOST_DIGESTS = 1_000;
const digests = new Map<string, string>();

/** The same is said again and again while something is wrong. */
function digestOf(said: string): string {
  const known = digests.get(said);
  if (known !== undefined) return known;
  if (digests.size >= MOST_DIGESTS) digests.clear();
  const digest = createHash('sha256').update(said).digest('hex').slice(0, 16);
  digests.set(said, digest);
  return digest;
}
