import { z } from 'zod';
import type { Compute, Subnet } from '../compute.ts';
import { ResourceNotFound } from '../errors.ts';
import type { Api } from './api.ts';
import { nameOf } from './links.ts';
import { isAlreadyThere } from './refusals.ts';

const secondaryRangeSchema = z.object({
  rangeName: z.string(),
  ipCidrRange: z.string(),
  reservedInternalRange: z.string().nullish(),
});

const subnetSchema = z.object({
  name: z.string(),
  network: z.string(),
  ipCidrRange: z.string().nullish(),
  fingerprint: z.string(),
  secondaryIpRanges: z.array(secondaryRangeSchema).default([]),
  stackType: z.enum(['IPV4_ONLY', 'IPV4_IPV6', 'IPV6_ONLY']).nullish(),
  ipv6AccessType: z.string().nullish(),
  /** `ipv6CidrRange` is for Google's internal use (gcp-compute-semantics.md §1.3). */
  externalIpv6Prefix: z.string().nullish(),
  allowSubnetCidrRoutesOverlap: z.boolean().nullish(),
});
type SubnetAnswer = z.output<typeof subnetSchema>;

/** The one group of fields that a PATCH changes; the API wants groups apart (gcp-compute-semantics.md §1.1). */
type SubnetChange =
  | { readonly stackType: 'IPV4_IPV6'; readonly ipv6AccessType: 'EXTERNAL' }
  | { readonly allowSubnetCidrRoutesOverlap: boolean }
  | { readonly secondaryIpRanges: { rangeName: string; ipCidrRange: string }[] };

type Subnets = Pick<
  Compute,
  | 'network'
  | 'subnet'
  | 'createDualStackSubnet'
  | 'enableExternalIpv6'
  | 'setRoutesOverlap'
  | 'addSecondaryRange'
>;

const networkSchema = z.object({ name: z.string(), autoCreateSubnetworks: z.boolean().nullish() });

/** The network and the subnets of the region. */
export function googleSubnets(api: Api): Subnets {
  const { project, region, clients } = api;

  async function read(subnetwork: string): Promise<SubnetAnswer> {
    const call = `subnetworks.get ${subnetwork}`;
    const [answer] = await api.read(call, async (options) =>
      (await clients.subnetworks()).get({ project, region, subnetwork }, options),
    );
    return api.understood(call, subnetSchema, answer);
  }

  async function find(subnetwork: string): Promise<SubnetAnswer | undefined> {
    try {
      return await read(subnetwork);
    } catch (error) {
      if (error instanceof ResourceNotFound) return undefined;
      throw error;
    }
  }

  /** Reads, and patches what `change` makes of it; undefined means that all is as it should be. */
  async function patch(
    subnetwork: string,
    change: (present: SubnetAnswer) => SubnetChange | undefined,
  ): Promise<void> {
    await api.whileStale(async () => {
      const present = await read(subnetwork);
      const changed = change(present);
      if (changed === undefined) return;
      const subnetworkResource = { fingerprint: present.fingerprint, ...changed };
      await api.change(`subnetworks.patch ${subnetwork}`, async (requestId, options) =>
        (await clients.subnetworks()).patch(
          { project, region, subnetwork, subnetworkResource, requestId },
          options,
        ),
      );
    });
  }

  return {
    async network(network) {
      const call = `networks.get ${network}`;
      const [answer] = await api.read(call, async (options) =>
        (await clients.networks()).get({ project, network }, options),
      );
      const { name, autoCreateSubnetworks } = api.understood(call, networkSchema, answer);
      return { name, autoMode: autoCreateSubnetworks ?? false };
    },

    async subnet(name) {
      const answer = await find(name);
      return answer === undefined ? undefined : subnetOf(answer);
    },

    async createDualStackSubnet({ name, network, range }) {
      if ((await find(name)) !== undefined) return;
      const subnetworkResource = {
        name,
        network: `projects/${project}/global/networks/${network}`,
        ipCidrRange: range,
        stackType: 'IPV4_IPV6',
        ipv6AccessType: 'EXTERNAL',
      };
      try {
        await api.change(`subnetworks.insert ${name}`, async (requestId, options) =>
          (await clients.subnetworks()).insert({ project, region, subnetworkResource, requestId }, options),
        );
      } catch (error) {
        if (!isAlreadyThere(error)) throw error;
      }
    },

    async enableExternalIpv6(subnet) {
      await patch(subnet, ({ stackType, ipv6AccessType }) =>
        stackType === 'IPV4_IPV6' && ipv6AccessType === 'EXTERNAL'
          ? undefined
          : { stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' },
      );
    },

    async setRoutesOverlap(subnet, allowed) {
      await patch(subnet, (present) =>
        (present.allowSubnetCidrRoutesOverlap ?? false) === allowed
          ? undefined
          : { allowSubnetCidrRoutesOverlap: allowed },
      );
    },

    /** The list is replaced as a whole: what is not sent again is removed (gcp-compute-semantics.md §1.2). */
    async addSecondaryRange(subnet, { name, range }) {
      await patch(subnet, ({ secondaryIpRanges }) => {
        const isThere = secondaryIpRanges.some(
          ({ rangeName, ipCidrRange }) => rangeName === name && ipCidrRange === range,
        );
        if (isThere) return undefined;
        return {
          secondaryIpRanges: [...secondaryIpRanges.map(asSent), { rangeName: name, ipCidrRange: range }],
        };
      });
    },
  };
}

/** A decoded range carries empty and synthetic fields besides those that the API had sent. */
function asSent({ rangeName, ipCidrRange, reservedInternalRange }: z.output<typeof secondaryRangeSchema>) {
  return { rangeName, ipCidrRange, ...(reservedInternalRange && { reservedInternalRange }) };
}

function subnetOf(answer: SubnetAnswer): Subnet {
  return {
    name: answer.name,
    network: nameOf(answer.network),
    range: answer.ipCidrRange ?? '',
    secondaryRanges: answer.secondaryIpRanges.map(({ rangeName, ipCidrRange }) => ({
      name: rangeName,
      range: ipCidrRange,
    })),
    stackType: answer.stackType ?? 'IPV4_ONLY',
    ipv6Range: answer.externalIpv6Prefix || undefined,
    routesOverlapAllowed: answer.allowSubnetCidrRoutesOverlap ?? false,
  };
}
