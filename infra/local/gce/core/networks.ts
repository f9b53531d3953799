import { z } from 'zod';
import { addressText, ipv4Block, knownBlock } from './addresses.ts';
import { parseBody, resourceName } from './body.ts';
import { invalid } from './errors.ts';
import type { ResourcePath } from './links.ts';
import { GLOBAL, resourcePath, selfLink } from './links.ts';
import type { Project } from './project.ts';
import type { Network } from './resources.ts';

const networkBody = z.looseObject({
  name: resourceName,
  description: z.string().optional(),
  autoCreateSubnetworks: z.boolean().optional(),
  IPv4Range: z
    .string()
    .refine((text) => ipv4Block(text) !== undefined, 'Must be an IPv4 CIDR range in canonical form.')
    .optional(),
  enableUlaInternalIpv6: z.boolean().optional(),
  internalIpv6Range: z.string().optional(),
  networkFirewallPolicyEnforcementOrder: z.string().optional(),
  routingConfig: z.looseObject({ routingMode: z.enum(['REGIONAL', 'GLOBAL']).optional() }).optional(),
});

/** The fields of a network that a client may send and read back; derived ones are made anew. */
export function networkOf(project: Project, body: unknown, root?: string): Network {
  const { subnetworks: _, ...given } = parseBody(networkBody, body, root);
  const path = networkPath(project, given.name);
  const identity = project.identity('compute#network', given.name, selfLink(path));
  return {
    networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL',
    ...given,
    ...identity,
    ...(given.IPv4Range === undefined
      ? { autoCreateSubnetworks: given.autoCreateSubnetworks ?? true }
      : { gatewayIPv4: addressText(knownBlock(given.IPv4Range).start + 1) }),
    ...(given.enableUlaInternalIpv6 === true && {
      internalIpv6Range: given.internalIpv6Range ?? ulaRange(project),
    }),
    ...(given.routingConfig !== undefined && { routingConfig: routingConfig(given.routingConfig) }),
  };
}

export function networkPath(project: Project, name: string): ResourcePath {
  return resourcePath(project.id, GLOBAL, 'networks', name);
}

/** As recorded: a routing mode comes back with the default path selection, no routing config with none. */
export function routingConfig(given: object): object {
  return { bgpBestPathSelectionMode: 'LEGACY', ...given };
}

/** A /48 out of fd20::/20 (gcp-compute-semantics.md §1.3: from the network's ULA /48). */
export function ulaRange(project: Project): string {
  return `fd20:${project.identifiers.hex(3).replace(/^0+(?=.)/, '')}:${nonZeroGroup(project)}::/48`;
}

function nonZeroGroup(project: Project): string {
  return (1 + Math.floor(project.random() * 0xfffe)).toString(16);
}

/** A network as it is read: with the links of its subnetworks, in the order of their regions, when it has any. */
export function shownNetwork(project: Project, network: Network): object {
  const subnetworks = project
    .subnetworksOf(network.selfLink)
    .map((subnetwork) => subnetwork.selfLink)
    .sort();
  const withId = network.selfLink.replace(/[^/]+$/, network.id);
  return { ...network, selfLinkWithId: withId, ...(subnetworks.length > 0 && { subnetworks }) };
}

/** @throws ComputeError 400 naming `field` when no network has this link. */
export function referencedNetwork(project: Project, field: string, link: string): Network {
  const network = project.networks.get(project.path(link));
  if (network === undefined) {
    throw invalid(field, link, 'The referenced network resource cannot be found.');
  }
  return network;
}
