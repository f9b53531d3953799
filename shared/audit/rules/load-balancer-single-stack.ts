import { type Facts, hands, isOnComputeEngine, whoseIs } from '../facts.ts';
import {
  addressesOfLoadBalancer,
  ipv4OnlySources,
  isInternal,
  isLoadBalancer,
  isOfIngressGce,
  isOfStandardTier,
} from '../load-balancers.ts';
import type { Service } from '../objects/services.ts';
import type { Finding, Manifest } from '../report/schema.ts';
import { isIpv4OnlyService, objectOf } from '../services.ts';
import type { Rule } from './rule.ts';
import { dualStackPatch, obstacleTo } from './service-single-stack.ts';

export const loadBalancerSingleStack: Rule = {
  title: 'Load balancers are reached over both families.',
  needs: ['services', 'nodes'],
  look: (facts) =>
    facts.dualStackServices === 'no'
      ? []
      : (facts.services ?? [])
          .filter((service) => isLoadBalancer(service) && isIpv4OnlyService(service))
          .map((service) => finding(service, facts)),
};

interface Verdict {
  readonly severity: Finding['severity'];
  readonly aim: Finding['aim'];
  readonly what: string;
  readonly why: string;
  readonly todo: string;
  readonly source: string;
  readonly manifest?: Manifest | undefined;
}

function finding(service: Service, facts: Facts): Omit<Finding, 'rule'> {
  const whose = whoseIs(service.metadata, facts);
  const { manifest, todo, ...verdict } = verdictOn(service, facts);
  return {
    ...verdict,
    whose,
    object: objectOf(service),
    todo: hands(whose, todo),
    ...(whose === 'owner' && manifest && { manifest }),
  };
}

function verdictOn(service: Service, facts: Facts): Verdict {
  if (!isOnComputeEngine(facts)) return elsewhere(service);
  if (isInternal(service)) return INTERNAL_ONE;
  return isOfIngressGce(service) ? inPlace(service, facts) : anew(service, facts);
}

/** Whether a cloud turns a load balancer that is there into a dual-stack one is for it to say. */
function elsewhere(service: Service): Verdict {
  return {
    severity: 'warning',
    aim: 'dual-stack',
    what: `It is reached over IPv4 only${atAddresses(service)}.`,
    why: 'Kubernetes lets the Service be changed in place; whether its load balancer follows depends on the cloud.',
    todo: 'See what your cloud says of dual-stack load balancers, and whether one that is there is changed or made anew (then with another address).',
    source: 'Kubernetes, "IPv4/IPv6 dual-stack" (Service type LoadBalancer)',
  };
}

const INTERNAL_ONE: Verdict = {
  severity: 'notice',
  aim: 'ipv6-only',
  what: 'It is internal, and internal load balancers are IPv4-only in Gardener on Google Cloud.',
  why: 'Clients that have no IPv4 do not reach it.',
  todo: 'Nothing can be done in this cluster; leave it as it is.',
  source: 'gardener-extension-provider-gcp, docs/usage/ipv6.md (Internal Load Balancer)',
};

function inPlace(service: Service, facts: Facts): Verdict {
  const obstacle = obstacleTo(service, facts) ?? tierFirst(service) ?? sourcesFirst(service);
  return {
    severity: 'warning',
    aim: 'dual-stack',
    what: `It is reached over IPv4 only${atAddresses(service)}.`,
    why: 'It is kept by ingress-gce, which gives a dual-stack Service a forwarding rule of each family.',
    todo:
      obstacle ??
      'Set spec.ipFamilyPolicy to PreferDualStack and spec.ipFamilies to [IPv4, IPv6], then see in its events and status that an IPv6 address came; then add the AAAA record.',
    source: 'gardener-extension-provider-gcp, docs/usage/ipv6.md (Load Balancer Service Configuration)',
    manifest: obstacle === undefined ? dualStackPatch(service) : undefined,
  };
}

function anew(service: Service, facts: Facts): Verdict {
  const obstacle = obstacleTo(service, facts) ?? sourcesFirst(service);
  const address = service.spec.loadBalancerIP
    ? ` (${service.spec.loadBalancerIP} is asked for in spec.loadBalancerIP)`
    : '';
  return {
    severity: 'warning',
    aim: 'dual-stack',
    what: `It is reached over IPv4 only${atAddresses(service)}, by a load balancer out of target pools, which cannot become dual-stack: it must be recreated.`,
    why: 'The cloud-controller-manager makes IPv4 load balancers only, and ingress-gce does not take over what is there: it removes its annotation again. A new one has other addresses, unless the IPv4 one is reserved; other forwarding rules, health checks and firewall rules; and open connections to the old one end with it.',
    todo:
      obstacle ??
      `Create the new one beside it, move DNS (A and AAAA) to it, and delete the old one when its traffic is gone. ${isOfStandardTier(service) ? STANDARD_ADDRESS : `To keep the IPv4 address${address}, reserve it first (gcloud compute addresses create NAME --region REGION --addresses ADDRESS), then delete and create anew with spec.loadBalancerIP; nobody is served in between.`}`,
    source: 'peers.md §2.5 (provider-gcp#1336); gardener-gcp-flow.md §4.3',
    manifest: obstacle === undefined ? beside(service) : undefined,
  };
}

/** An address belongs to a tier, and only Premium has IPv6. */
const STANDARD_ADDRESS =
  'Its IPv4 address cannot be kept: it is of the Standard tier (cloud.google.com/network-tier), IPv6 exists in Premium only, and a load balancer is of one tier.';

/** Dual-stack and Standard is an error to ingress-gce, with which it stops keeping the IPv4 side, too. */
function tierFirst(service: Service): string | undefined {
  return isOfStandardTier(service)
    ? 'Leave it as it is, or move it to the Premium tier first (annotation cloud.google.com/network-tier: Premium), which gives it another IPv4 address: the Standard tier has no IPv6, and ingress-gce refuses a dual-stack Service that asks for it. Then make it dual-stack.'
    : undefined;
}

/** ingress-gce lets everybody in over IPv6 where only IPv4 sources are named. */
function sourcesFirst(service: Service): string | undefined {
  const sources = ipv4OnlySources(service);
  return sources === undefined
    ? undefined
    : `First add the IPv6 ranges of whoever may reach it to spec.loadBalancerSourceRanges: with ${sources.join(', ')} alone, everybody would be let in over IPv6. Then make it dual-stack.`;
}

function atAddresses(service: Service): string {
  const addresses = addressesOfLoadBalancer(service);
  return addresses.length === 0 ? '' : `, at ${addresses.join(', ')}`;
}

const LONGEST_NAME = 63;

/**
 * A second Service for the same pods, so that the first serves until DNS has moved. Annotations are not copied: a DNS name, say,
 * is of one.
 */
function beside({ metadata, spec }: Service): Manifest | undefined {
  const name = `${metadata.name}-dual-stack`;
  if (name.length > LONGEST_NAME) return undefined;
  return {
    how: 'create',
    document: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        namespace: metadata.namespace,
        name,
        annotations: { 'cloud.google.com/l4-rbs': 'enabled' },
      },
      spec: {
        type: 'LoadBalancer',
        ipFamilyPolicy: 'PreferDualStack',
        ipFamilies: ['IPv4', 'IPv6'],
        selector: spec.selector,
        ports: spec.ports.map(({ name: portName, port, protocol, targetPort, appProtocol }) => ({
          ...(portName && { name: portName }),
          port,
          protocol: protocol ?? 'TCP',
          targetPort: targetPort ?? port,
          ...(appProtocol && { appProtocol }),
        })),
        ...(spec.externalTrafficPolicy && { externalTrafficPolicy: spec.externalTrafficPolicy }),
        ...(spec.sessionAffinity && { sessionAffinity: spec.sessionAffinity }),
        ...(spec.loadBalancerSourceRanges.length > 0 && {
          loadBalancerSourceRanges: spec.loadBalancerSourceRanges,
        }),
      },
    },
  };
}
