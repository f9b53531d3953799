import { z } from 'zod';
import { contains, knownBlock } from '../core/addresses.ts';
import { parseBody } from '../core/body.ts';
import { invalid } from '../core/errors.ts';
import type { ResourcePath } from '../core/links.ts';
import type { Method } from '../core/method.ts';
import { referencedNetwork } from '../core/networks.ts';
import type { Project } from '../core/project.ts';
import { checkRanges } from '../core/range-rules.ts';
import type { Subnetwork } from '../core/resources.ts';
import { addDefaultRoute } from '../core/routes.ts';
import type { SubnetworkPatch } from '../core/subnetwork-patch.ts';
import { patchedSubnetwork, subnetworkPatch } from '../core/subnetwork-patch.ts';
import { ipCidrRange, ipv6Prefix, withIpv6Prefix } from '../core/subnetworks.ts';
import { existingSubnetwork, subnetworkMutation, subnetworkPathOf } from './subnetworks.ts';

/** What changes a subnetwork: patch, setPrivateIpGoogleAccess, expandIpCidrRange. */
export function subnetworkChangeMethods(path: string): Method[] {
  return [
    {
      id: 'subnetworks.patch',
      verb: 'PATCH',
      path,
      quota: 'writes',
      run: ({ project }, call) => {
        const before = existingSubnetwork(project, subnetworkPathOf(project, call));
        const patch = subnetworkPatch(call.body, before);
        const next = patchedSubnetwork(project, before, patch);
        if (next === before && project.switches.noOpPatch === '304') return { unchanged: true };
        const effect = (target: ResourcePath) => applyPatch(project, target, patch);
        return { mutation: subnetworkMutation(project, call, 'patch', effect) };
      },
    },
    {
      id: 'subnetworks.setPrivateIpGoogleAccess',
      verb: 'POST',
      path: `${path}/setPrivateIpGoogleAccess`,
      quota: 'writes',
      run: ({ project }, call) => {
        const { privateIpGoogleAccess } = parseBody(
          z.looseObject({ privateIpGoogleAccess: z.boolean() }),
          call.body,
        );
        const effect = (target: ResourcePath) => {
          const before = existingSubnetwork(project, target);
          if (before.privateIpGoogleAccess !== privateIpGoogleAccess) {
            store(project, { ...before, privateIpGoogleAccess });
          }
        };
        return { mutation: subnetworkMutation(project, call, 'setPrivateIpGoogleAccess', effect) };
      },
    },
    {
      id: 'subnetworks.expandIpCidrRange',
      verb: 'POST',
      path: `${path}/expandIpCidrRange`,
      quota: 'writes',
      run: ({ project }, call) => {
        const wanted = parseBody(z.looseObject({ ipCidrRange }), call.body).ipCidrRange;
        const expanded = (before: Subnetwork): Subnetwork => {
          const outer = knownBlock(wanted);
          const inner = knownBlock(before.ipCidrRange);
          // It only grows (gcp-compute-semantics.md §1.1).
          if (!contains(outer, inner) || outer.prefix >= inner.prefix) {
            throw invalid(
              'ipCidrRange',
              wanted,
              `Simulator: must contain ${before.ipCidrRange} and be larger.`,
            );
          }
          const next = { ...before, ipCidrRange: wanted };
          checkRanges(project, before, next);
          return next;
        };
        expanded(existingSubnetwork(project, subnetworkPathOf(project, call)));
        const effect = (target: ResourcePath) =>
          store(project, expanded(existingSubnetwork(project, target)));
        return { mutation: subnetworkMutation(project, call, 'expandIpCidrRange', effect) };
      },
    },
  ];
}

/** Every effective change brings a new fingerprint (gcp-compute-semantics.md §9). */
function store(project: Project, subnetwork: Subnetwork): void {
  project.putSubnetwork({ ...subnetwork, fingerprint: project.identifiers.fingerprint() });
}

function applyPatch(project: Project, target: ResourcePath, patch: SubnetworkPatch): void {
  const before = existingSubnetwork(project, target);
  const next = patchedSubnetwork(project, before, patch);
  if (next === before) return;
  const turned = next.stackType !== before.stackType;
  store(project, turned && next.stackType === 'IPV4_ONLY' ? withoutIpv6(next) : next);
  if (turned && next.stackType === 'IPV4_IPV6') showIpv6PrefixLater(project, target);
}

/** The access type goes with the prefix: the next dual-stack change chooses again. */
function withoutIpv6(subnetwork: Subnetwork): Subnetwork {
  const {
    ipv6AccessType: _,
    externalIpv6Prefix: __,
    ipv6CidrRange: ___,
    ipv6GceEndpoint: ____,
    ...rest
  } = subnetwork;
  return rest;
}

/**
 * The prefix may not be there right when the operation is done (gcp-compute-semantics.md §1.3). It is the server's doing
 * and leaves the fingerprint as it is. The first external one brings the network a default route for IPv6.
 */
function showIpv6PrefixLater(project: Project, target: ResourcePath): void {
  const show = () => {
    const subnetwork = project.subnetworks.get(target);
    const access = subnetwork?.ipv6AccessType;
    if (subnetwork === undefined || access === undefined || subnetwork.stackType === 'IPV4_ONLY') return;
    const network = referencedNetwork(project, 'resource.network', subnetwork.network);
    project.putSubnetwork(withIpv6Prefix(subnetwork, ipv6Prefix(project, network, access), access));
    if (access === 'EXTERNAL') addDefaultRoute(project, network, '::/0');
  };
  const delay = project.switches.ipv6PrefixDelayMs;
  if (delay === 0) show();
  else project.timeline.at(project.timeline.now() + delay, show);
}
