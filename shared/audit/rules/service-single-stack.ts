import { type Facts, hands, whoseIs } from '../facts.ts';
import type { Service } from '../objects/services.ts';
import type { Finding, Manifest } from '../report/schema.ts';
import {
  endpointFamilies,
  hasSelector,
  ipv4Listeners,
  isApiServer,
  isIpv4OnlyService,
  objectOf,
  podsBehind,
} from '../services.ts';
import { isIpv4Only, someOf } from '../workloads.ts';
import type { Rule } from './rule.ts';

export const serviceSingleStack: Rule = {
  title: 'Services have addresses of both families.',
  needs: ['services'],
  look: (facts) =>
    // In a cluster of one family every Service is so; that is said once.
    facts.dualStackServices === 'no'
      ? []
      : (facts.services ?? [])
          .filter((service) => isIpv4OnlyService(service) && !isApiServer(service) && !isElsewhere(service))
          .map((service) => finding(service, facts)),
};

/** Load balancers are another rule's; an ExternalName has no addresses at all. */
function isElsewhere({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' || spec.type === 'ExternalName';
}

function finding(service: Service, facts: Facts): Omit<Finding, 'rule'> {
  const whose = whoseIs(service.metadata, facts);
  const obstacle = obstacleTo(service, facts);
  const asksForBoth = service.spec.ipFamilyPolicy && service.spec.ipFamilyPolicy !== 'SingleStack';
  const manifest = whose === 'owner' && obstacle === undefined ? dualStackPatch(service) : undefined;
  return {
    severity: whose === 'owner' ? 'warning' : 'notice',
    aim: 'dual-stack',
    whose,
    object: objectOf(service),
    what: asksForBoth
      ? `It has IPv4 only, though its policy is ${service.spec.ipFamilyPolicy}: it is from before the cluster had both families.`
      : 'It has IPv4 only.',
    why: 'Services that were there before stay as they are when a cluster becomes dual-stack; nobody reaches this one over IPv6.',
    todo: hands(
      whose,
      obstacle ??
        'Set spec.ipFamilyPolicy to PreferDualStack and spec.ipFamilies to [IPv4, IPv6], in the chart or manifest that it comes from as well. Its IPv4 address stays.',
    ),
    source: 'Kubernetes, "IPv4/IPv6 dual-stack" (Switching Services between single-stack and dual-stack)',
    ...(manifest && { manifest }),
  };
}

/**
 * Why it must not become dual-stack yet: clients take the IPv6 address first, and where nothing answers there, the Service is worse
 * off than before (peers.md §2.2 b).
 */
export function obstacleTo(service: Service, facts: Facts): string | undefined {
  if (!hasSelector(service)) {
    const families = endpointFamilies(service, facts);
    if (families?.has('IPv6')) return undefined;
    return 'It has no selector, so its endpoints are written by somebody: add an EndpointSlice of addressType IPv6 first, then make it dual-stack.';
  }
  const pods = podsBehind(service, facts);
  const late = pods?.filter(isIpv4Only) ?? [];
  if (late.length > 0) {
    const names = late.map(({ metadata }) => metadata.name);
    return `First have its pods made anew, ${late.length === 1 ? 'one of which has' : 'of which some have'} no IPv6 address (${someOf(names)}); then make it dual-stack.`;
  }
  const words = new Set(
    pods?.flatMap(({ spec }) => spec.containers.flatMap((container) => ipv4Listeners(container, service))),
  );
  if (words.size === 0) return undefined;
  return `First have its pods listen at [::] or at no address in particular: ${[...words].join(', ')} takes no IPv6 connections. Then make it dual-stack.`;
}

/** The families are written, too: for one that prefers both since before, nothing else has changed (`kube-dns.ts`). */
export function dualStackPatch({ metadata: { namespace, name, resourceVersion } }: Service): Manifest {
  return {
    how: 'patch',
    document: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name, resourceVersion },
      spec: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] },
    },
  };
}
