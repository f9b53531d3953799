import { type Facts, hands, whoseIs } from '../facts.ts';
import type { Service } from '../objects/services.ts';
import type { Finding } from '../report/schema.ts';
import { endpointFamilies, ipv4Listeners, isDualStackService, objectOf, podsBehind } from '../services.ts';
import type { Rule } from './rule.ts';

export const serviceIpv6Unanswered: Rule = {
  title: 'Dual-stack Services are answered over IPv6.',
  needs: ['services', 'endpointSlices'],
  look: (facts) => (facts.services ?? []).flatMap((service) => finding(service, facts)),
};

function finding(service: Service, facts: Facts): Omit<Finding, 'rule'>[] {
  if (!isDualStackService(service)) return [];
  const families = endpointFamilies(service, facts);
  if (families === undefined || !families.has('IPv4')) return [];
  const whose = whoseIs(service.metadata, facts);
  const common = {
    severity: 'critical',
    aim: 'dual-stack',
    whose,
    object: objectOf(service),
    why: 'Clients that know both addresses try the IPv6 one first; connections are refused or run into a timeout before IPv4 is tried, if it is.',
    source: 'peers.md §2.2 (b), §2.6; gep-21-ipv6-single-stack.md (components that listen at 0.0.0.0)',
  } as const;
  if (!families.has('IPv6')) {
    return [
      {
        ...common,
        what: 'It has an IPv6 address and no ready endpoint of that family.',
        todo: hands(
          whose,
          'Have its pods made anew on nodes with both families, so that they get IPv6 addresses; a Service without a selector needs an EndpointSlice of addressType IPv6.',
        ),
      },
    ];
  }
  const words = new Set(
    podsBehind(service, facts)?.flatMap(({ spec }) =>
      spec.containers.flatMap((container) => ipv4Listeners(container, service)),
    ),
  );
  if (words.size === 0) return [];
  return [
    {
      ...common,
      severity: 'warning',
      what: `Its pods are told to listen at IPv4 addresses only: ${[...words].join(', ')}.`,
      todo: hands(
        whose,
        'Have them listen at [::], which takes both families, or at no address in particular.',
      ),
    },
  ];
}
