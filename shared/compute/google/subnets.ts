import { z } from 'zod';
import type { Compute, Subnet } from '../compute.ts';
import { ComputeUnavailable, ResourceNotFound } from '../errors.ts';
import { aggregatedList } from './aggregated.ts';
import type { Api } from './api.ts';
import { sendAsWritten } from './as-written.ts';
import type { Answered, RequestOptions } from './calls.ts';
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
  region: z.string(),
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
  | { readonly stackType: 'IPV4_ONLY' }
  | { readonly allowSubnetCidrRoutesOverlap: boolean }
  | { readonly secondaryIpRanges: { rangeName: string; ipCidrRange: string }[] };

type SendPatch = (
  body: { readonly fingerprint: string } & SubnetChange,
  requestId: string,
  options: RequestOptions,
) => Promise<Answered>;

type Subnets = Pick<
  Compute,
  | 'subnets'
  | 'subnet'
  | 'createDualStackSubnet'
  | 'deleteSubnet'
  | 'enableExternalIpv6'
  | 'disableIpv6'
  | 'setRoutesOverlap'
  | 'addSecondaryRange'
  | 'removeSecondaryRange'
>;

/** Subnets: those of the region to change, those of all regions to read. */
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
    send: SendPatch = async (subnetworkResource, requestId, options) =>
      (await clients.subnetworks()).patch(
        { project, region, subnetwork, subnetworkResource, requestId },
        options,
      ),
  ): Promise<void> {
    await api.whileStale(async () => {
      const present = await read(subnetwork);
      const changed = change(present);
      if (changed === undefined) return;
      const body = { fingerprint: present.fingerprint, ...changed };
      await api.change(`subnetworks.patch ${subnetwork}`, (requestId, options) =>
        send(body, requestId, options),
      );
    });
  }

  /** For a list that may be empty: the client would not send it. */
  const asWritten = (subnetwork: string): SendPatch => {
    const path = ['projects', project, 'regions', region, 'subnetworks', subnetwork];
    return (body, requestId, options) =>
      sendAsWritten(api, `subnetworks.patch ${subnetwork}`, { path, query: { requestId }, body }, options);
  };

  return {
    async subnets(network) {
      const all = await aggregatedList(api, `subnetworks.aggregatedList ${network}`, {
        collection: 'subnetworks',
        item: subnetSchema,
        client: clients.subnetworks,
        matters: () => true,
      });
      return all
        .filter((answer) => nameOf(answer.network) === network)
        .map((answer) => ({ ...subnetOf(answer), region: nameOf(answer.region) }));
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
        // Taken, but not there yet: an earlier attempt's operation is still under way.
        if ((await find(name)) === undefined) {
          throw new ComputeUnavailable(`subnetworks.insert ${name}`, 'it is still being created', {
            cause: error,
          });
        }
      }
    },

    async deleteSubnet(subnetwork) {
      try {
        await api.change(`subnetworks.delete ${subnetwork}`, async (requestId, options) =>
          (await clients.subnetworks()).delete({ project, region, subnetwork, requestId }, options),
        );
      } catch (error) {
        if (!(error instanceof ResourceNotFound)) throw error;
      }
    },

    async enableExternalIpv6(subnet) {
      await patch(subnet, ({ stackType, ipv6AccessType }) =>
        stackType === 'IPV4_IPV6' && ipv6AccessType === 'EXTERNAL'
          ? undefined
          : { stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' },
      );
    },

    async disableIpv6(subnet) {
      await patch(subnet, ({ stackType }) =>
        stackType === 'IPV4_IPV6' ? { stackType: 'IPV4_ONLY' } : undefined,
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

    async removeSecondaryRange(subnet, name) {
      const remaining = ({ secondaryIpRanges }: SubnetAnswer) => {
        const others = secondaryIpRanges.filter(({ rangeName }) => rangeName !== name);
        if (others.length === secondaryIpRanges.length) return undefined;
        return { secondaryIpRanges: others.map(asSent) };
      };
      await patch(subnet, remaining, asWritten(subnet));
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
