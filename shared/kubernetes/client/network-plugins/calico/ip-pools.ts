import { z } from 'zod';
import { overlap, readCidr } from '../../../../migration/cidr.ts';
import type { DualStackRanges, Obstacle } from '../../../network-plugin.ts';
import { wasAnswered } from '../../answers.ts';
import type { ApiServer } from '../../api-server.ts';

export const IPV6_POOL = 'default-ipv6-ippool';
export const IPV6_POOL_OBJECT = `IPPool ${IPV6_POOL}`;
const pools = { group: 'crd.projectcalico.org', version: 'v1', plural: 'ippools' };

const poolSchema = z.object({
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string(),
    managedFields: z
      .array(
        z.object({
          manager: z.string().optional(),
          subresource: z.string().optional(),
          time: z.coerce.date().optional(),
        }),
      )
      .optional(),
  }),
  spec: z
    .looseObject({
      cidr: z.string().default(''),
      // Calico takes what is not said for no encapsulation and no NAT.
      ipipMode: z.string().default('Never'),
      vxlanMode: z.string().default('Never'),
      natOutgoing: z.boolean().default(false),
      disabled: z.boolean().default(false),
    })
    .prefault({}),
});
export type IpPool = z.output<typeof poolSchema>;

type Wanted = Pick<IpPool['spec'], 'cidr' | 'ipipMode' | 'vxlanMode' | 'natOutgoing'>;

function wantedSpec({ podsIpv6 }: DualStackRanges): Wanted {
  return { cidr: podsIpv6, ipipMode: 'Never', vxlanMode: 'Never', natOutgoing: false };
}

/** What only a new pool gets, as Gardener's chart makes it; of one that exists, these are its owner's. */
const OF_A_NEW_POOL = { blockSize: 122, nodeSelector: 'all()', allowedUses: ['Workload', 'Tunnel'] };

const listSchema = z.object({ items: z.array(poolSchema) });

export async function readPools(api: ApiServer): Promise<readonly IpPool[]> {
  const { items } = await api.read('list IPPools', async (options) =>
    listSchema.parse(await api.custom.listClusterCustomObject(pools, options)),
  );
  return items;
}

/** Pools behind an overlay. A disabled one says nothing of packets that matter here; ours is set right, not refused. */
export function encapsulatingPools(all: readonly IpPool[]): readonly Obstacle[] {
  return enabled(all)
    .filter(({ spec }) => [spec.ipipMode, spec.vxlanMode].some((mode) => mode !== 'Never' && mode !== ''))
    .map(({ metadata: { name }, spec: { ipipMode, vxlanMode } }) => ({
      kind: 'overlay',
      message: `IPPool ${name} encapsulates (ipipMode ${ipipMode}, vxlanMode ${vxlanMode}), expected Never`,
    }));
}

/** Somebody else's pools over the pods' IPv6 range, by which their addresses would be translated after all. */
export function translatingPools(all: readonly IpPool[], { podsIpv6 }: DualStackRanges): readonly Obstacle[] {
  return enabled(all).flatMap(({ metadata: { name }, spec }): readonly Obstacle[] => {
    const range = readCidr(spec.cidr, 'IPv6');
    if (range === undefined || !spec.natOutgoing || !overlap(range, podsIpv6)) return [];
    const message = `IPPool ${name} asks for NAT of ${range}, which overlaps the pods' IPv6 range ${podsIpv6}`;
    return [{ kind: 'configuration', message }];
  });
}

function enabled(all: readonly IpPool[]): readonly IpPool[] {
  return all.filter(({ metadata, spec }) => !spec.disabled && metadata.name !== IPV6_POOL);
}

/** The fields of the IPv6 pool that are not as they have to be; all of them while there is none. */
export function poolChanges(pool: IpPool | undefined, ranges: DualStackRanges): Partial<Wanted> {
  const wanted = wantedSpec(ranges);
  if (pool === undefined) return wanted;
  const { spec } = pool;
  return {
    ...(readCidr(spec.cidr, 'IPv6') !== wanted.cidr && { cidr: wanted.cidr }),
    ...(spec.ipipMode !== wanted.ipipMode && spec.ipipMode !== '' && { ipipMode: wanted.ipipMode }),
    ...(spec.vxlanMode !== wanted.vxlanMode && spec.vxlanMode !== '' && { vxlanMode: wanted.vxlanMode }),
    ...(spec.natOutgoing !== wanted.natOutgoing && { natOutgoing: wanted.natOutgoing }),
  };
}

/** `natOutgoing: true → false`, or `created`. */
export function poolChangesInWords(pool: IpPool | undefined, ranges: DualStackRanges): readonly string[] {
  if (pool === undefined) return ['created'];
  return Object.entries(poolChanges(pool, ranges)).map(
    ([field, value]) => `${field}: ${String(pool.spec[field])} → ${value}`,
  );
}

/**
 * Creates the pool, or corrects range, encapsulation and NAT of the one that is there. Calico's own API does not let the
 * range of a pool be changed, for the blocks that were cut out of it; with host-local IPAM none are, and Gardener's chart
 * mended its wrong range in place too (networking-calico PR 795).
 */
export async function configurePool(api: ApiServer, ranges: DualStackRanges): Promise<void> {
  const all = await readPools(api);
  if (!all.some(({ metadata }) => metadata.name === IPV6_POOL)) await createPool(api, ranges);
  const name = IPV6_POOL;
  await api.change({
    object: IPV6_POOL_OBJECT,
    kind: 'merge',
    read: async (options) =>
      poolSchema.parse(await api.custom.getClusterCustomObject({ ...pools, name }, options)),
    patchOf: (pool) => {
      const spec = poolChanges(pool, ranges);
      return Object.keys(spec).length === 0 ? undefined : { spec };
    },
    send: (body, options) => api.custom.patchClusterCustomObject({ ...pools, name, body }, options),
  });
}

async function createPool(api: ApiServer, ranges: DualStackRanges): Promise<void> {
  const body = {
    apiVersion: `${pools.group}/${pools.version}`,
    kind: 'IPPool',
    metadata: { name: IPV6_POOL },
    spec: { ...OF_A_NEW_POOL, ...wantedSpec(ranges) },
  };
  try {
    await api.once(`create ${IPV6_POOL_OBJECT}`, (options) =>
      api.custom.createClusterCustomObject({ ...pools, body }, options),
    );
  } catch (error) {
    // Made by somebody in between; the next step sees to its content.
    if (!wasAnswered(error, 409)) throw error;
  }
}
