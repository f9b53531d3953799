import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import type { Cidr } from './cidr.ts';

const timestamp = z.iso.datetime().transform((text) => text as Timestamp);

/**
 * The document `migrations/{id}/routes/{route}`: a VPC route that carried a node's pods, with all that is needed to
 * recreate it, and how far its replacement has come. It is stored before anything is done about the route.
 */
export const podRouteSchema = z.object({
  name: z.string(),
  /** Name of the instance that is the next hop; in Gardener also the Node's name. */
  instance: z.string(),
  zone: z.string(),
  podCidr: z.string().transform((text) => text as Cidr),
  network: z.string(),
  priority: z.number().int(),
  description: z.string(),
  /**
   * `recorded`: known, untouched. `aliased`: the alias operation of its node is done. `verified`: the alias was read
   * back from the NIC. `deleted`: the route is gone.
   */
  state: z.enum(['recorded', 'aliased', 'verified', 'deleted']),
  /** The node was gone when the route was taken up: there is nothing to alias. */
  orphaned: z.boolean(),
  /** Its node's alias was there before us; the way back leaves it alone. */
  aliasFound: z.boolean().optional(),
  recordedAt: timestamp,
  aliasedAt: timestamp.optional(),
  verifiedAt: timestamp.optional(),
  /** When its deletion was asked for: from then on it may go at any time, also long after it was seen the last time. */
  deletingSince: timestamp.optional(),
  deletedAt: timestamp.optional(),
  /** When the route was created again after its deletion, since its node was not reached. */
  restoredAt: timestamp.optional(),
});

export type PodRouteRecord = z.infer<typeof podRouteSchema>;
export type PodRouteState = PodRouteRecord['state'];

const ORDER: readonly PodRouteState[] = ['recorded', 'aliased', 'verified', 'deleted'];

/**
 * The record moved on to `state`, with the time. A record never goes back: asked for a state that it has passed, it
 * stays as it is, so a late duplicate undoes nothing.
 */
export function advance(record: PodRouteRecord, state: PodRouteState, at: Timestamp): PodRouteRecord {
  if (ORDER.indexOf(state) <= ORDER.indexOf(record.state)) return record;
  return { ...record, state, [`${state}At`]: at };
}

/** The alias of its node was added just now; what was read back of an earlier one counts no more. */
export function aliased(record: PodRouteRecord, at: Timestamp): PodRouteRecord {
  if (record.state === 'deleted') return record;
  return { ...record, state: 'aliased', aliasedAt: at, verifiedAt: undefined };
}

/** The alias of its node is being taken off: the route is the only carrier again. */
export function unaliased(record: PodRouteRecord): PodRouteRecord {
  if (record.state === 'deleted') return record;
  return { ...record, state: 'recorded', aliasedAt: undefined, verifiedAt: undefined };
}

/** The record of a route that was created again: taken on purpose and never by a duplicate. */
export function restored(record: PodRouteRecord, at: Timestamp): PodRouteRecord {
  return { ...record, state: 'verified', deletingSince: undefined, deletedAt: undefined, restoredAt: at };
}

/** Its deletion is about to be asked for. */
export function deleting(record: PodRouteRecord, at: Timestamp): PodRouteRecord {
  return record.state === 'deleted' ? record : { ...record, deletingSince: at };
}
