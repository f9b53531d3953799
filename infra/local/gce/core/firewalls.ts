import { z } from 'zod';
import { ipv4Block, isIpv6 } from './addresses.ts';
import { parseBody, resourceName } from './body.ts';
import { invalid } from './errors.ts';
import type { ResourcePath } from './links.ts';
import { GLOBAL, resourcePath, selfLink } from './links.ts';
import { referencedNetwork } from './networks.ts';
import type { Project } from './project.ts';
import type { Firewall } from './resources.ts';

const RANGE = 'Must be a CIDR range in canonical form.';
const ranges = z.array(z.string().refine((text) => ipv4Block(text) !== undefined || isIpv6(text), RANGE));

/** ICMPv6 is the number 58: its name is not recognised (gcp-compute-semantics.md §7). */
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'esp', 'ah', 'ipip', 'sctp', 'all'];

const protocols = z.array(
  z.looseObject({
    IPProtocol: z
      .string()
      .refine(
        (name) => PROTOCOLS.includes(name.toLowerCase()) || (/^\d{1,3}$/.test(name) && Number(name) < 256),
        `Must be one of ${PROTOCOLS.join(', ')} or a protocol number.`,
      ),
    ports: z.array(z.string()).optional(),
  }),
);

const firewallBody = z.looseObject({
  name: resourceName,
  network: z.string().optional(),
  direction: z.enum(['INGRESS', 'EGRESS']).optional(),
  priority: z.number().int().min(0).max(65_535).optional(),
  disabled: z.boolean().optional(),
  sourceRanges: ranges.optional(),
  destinationRanges: ranges.optional(),
  allowed: protocols.optional(),
  denied: protocols.optional(),
});

/** A firewall rule as the API stores what a client sent: the network's link stays as it was written (recorded). */
export function firewallOf(
  project: Project,
  body: unknown,
  identity?: Firewall,
  root = 'resource',
): Firewall {
  const given = parseBody(firewallBody, body, root);
  const network = given.network ?? 'global/networks/default';
  referencedNetwork(project, `${root}.network`, network);
  if ((given.allowed === undefined) === (given.denied === undefined)) {
    throw invalid(`${root}.allowed`, '', 'Simulator: exactly one of allowed and denied must be specified.');
  }
  for (const field of ['sourceRanges', 'destinationRanges'] as const) {
    const families = new Set((given[field] ?? []).map((range) => (isIpv6(range) ? 6 : 4)));
    if (families.size < 2) continue;
    // One rule carries IPv4 or IPv6 ranges, not both (gcp-compute-semantics.md §7).
    throw invalid(
      `${root}.${field}`,
      (given[field] ?? []).join(','),
      'Simulator: IPv4 and IPv6 ranges mixed.',
    );
  }
  const path = firewallPath(project, given.name);
  const {
    kind,
    id,
    creationTimestamp,
    name,
    selfLink: link,
  } = identity ?? project.identity('compute#firewall', given.name, selfLink(path));
  return {
    ...given,
    kind,
    id,
    creationTimestamp,
    name,
    selfLink: link,
    network,
    direction: given.direction ?? 'INGRESS',
    priority: given.priority ?? 1000,
    disabled: given.disabled ?? false,
  };
}

export function firewallPath(project: Project, name: string): ResourcePath {
  return resourcePath(project.id, GLOBAL, 'firewalls', name);
}
