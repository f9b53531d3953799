import { z } from 'zod';
import type { Compute } from '../compute.ts';
import type { Api } from './api.ts';

const projectSchema = z.object({
  defaultNetworkTier: z.string().nullish(),
  quotas: z
    .array(
      z.object({
        /** Absent when the client does not know the metric. */
        metric: z.string().nullish(),
        limit: z.number().nullish(),
        usage: z.number().nullish(),
      }),
    )
    .default([]),
});

const networkSchema = z.object({
  name: z.string(),
  autoCreateSubnetworks: z.boolean().nullish(),
  /** Only legacy networks have a range of their own. */
  IPv4Range: z.string().nullish(),
});

/** The project and its networks: read only. */
export function googleNetworks(api: Api): Pick<Compute, 'project' | 'network'> {
  const { project, clients } = api;
  return {
    async project() {
      const call = `projects.get ${project}`;
      const [answer] = await api.read(call, async (options) =>
        (await clients.projects()).get({ project }, options),
      );
      const { defaultNetworkTier, quotas } = api.understood(call, projectSchema, answer);
      return {
        defaultNetworkTier: tierOf(defaultNetworkTier),
        quotas: new Map(
          quotas.flatMap(({ metric, limit, usage }) =>
            metric ? [[metric, { limit: limit ?? 0, usage: usage ?? 0 }]] : [],
          ),
        ),
      };
    },

    async network(network) {
      const call = `networks.get ${network}`;
      const [answer] = await api.read(call, async (options) =>
        (await clients.networks()).get({ project, network }, options),
      );
      const { name, autoCreateSubnetworks, IPv4Range } = api.understood(call, networkSchema, answer);
      return { name, autoMode: autoCreateSubnetworks ?? false, legacy: Boolean(IPv4Range) };
    },
  };
}

function tierOf(tier: string | null | undefined): 'PREMIUM' | 'STANDARD' | undefined {
  return tier === 'PREMIUM' || tier === 'STANDARD' ? tier : undefined;
}
