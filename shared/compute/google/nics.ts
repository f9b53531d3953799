import { z } from 'zod';
import type { AliasRange, InstanceName } from '../compute.ts';
import { nameOf } from './links.ts';

const nicSchema = z.object({
  name: z.string(),
  fingerprint: z.string(),
  network: z.string().nullish(),
  subnetwork: z.string().nullish(),
  aliasIpRanges: z
    .array(z.object({ ipCidrRange: z.string(), subnetworkRangeName: z.string().nullish() }))
    .default([]),
});

export const instanceSchema = z.object({
  name: z.string(),
  zone: z.string(),
  status: z.string().nullish(),
  networkInterfaces: z.array(nicSchema).default([]),
});
export type InstanceAnswer = z.output<typeof instanceSchema>;

/** What a change of the first NIC's aliases starts from. */
export interface FirstNic {
  readonly name: string;
  readonly fingerprint: string;
  /** In their order. */
  readonly aliases: readonly AliasRange[];
}

export function firstNicOf({ networkInterfaces: [nic] }: InstanceAnswer): FirstNic | undefined {
  if (nic === undefined) return undefined;
  const { name, fingerprint, aliasIpRanges } = nic;
  const aliases = aliasIpRanges.map(({ ipCidrRange, subnetworkRangeName }) => ({
    range: withPrefixLength(ipCidrRange),
    rangeName: subnetworkRangeName ?? undefined,
  }));
  return { name, fingerprint, aliases };
}

/** Whether the two are the same range out of the same subnet range. */
export function isSameAlias(one: AliasRange, other: AliasRange): boolean {
  return (
    withPrefixLength(one.range) === withPrefixLength(other.range) &&
    (one.rangeName ?? '') === (other.rangeName ?? '')
  );
}

/** A single address comes back with or without its /32 (gcp-compute-semantics.md §3.2). */
function withPrefixLength(range: string): string {
  return range.includes('/') ? range : `${range}/32`;
}

/**
 * First NICs as the last list showed them, so that changing the aliases of a thousand nodes does not first read each of
 * them again. That this memory may be out of date is safe: the API compares the fingerprint, and a NIC that was changed
 * since answers 412. An entry is taken once, and only to send a change; that there is nothing to change, where the API
 * checks nothing, is never concluded from it.
 */
export class ListedNics {
  #nics = new Map<string, FirstNic>();

  replace(instances: readonly InstanceAnswer[]): void {
    this.#nics = new Map(
      instances.flatMap((instance) => {
        const nic = firstNicOf(instance);
        return nic === undefined ? [] : [[keyOf({ name: instance.name, zone: nameOf(instance.zone) }), nic]];
      }),
    );
  }

  /** The instance's first NIC as listed, for one time. */
  take(instance: InstanceName): FirstNic | undefined {
    const key = keyOf(instance);
    const nic = this.#nics.get(key);
    this.#nics.delete(key);
    return nic;
  }
}

function keyOf({ zone, name }: InstanceName): string {
  return `${zone}/${name}`;
}
