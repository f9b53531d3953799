import { hands, isOnComputeEngine, whoseIs } from '../facts.ts';
import { ipv4OnlySources, isInternal, isLoadBalancer } from '../load-balancers.ts';
import { isDualStackService, objectOf } from '../services.ts';
import type { Rule } from './rule.ts';

export const loadBalancerOpen: Rule = {
  title: 'Load balancers that let in only some sources over IPv4 do so over IPv6.',
  needs: ['services', 'nodes'],
  look(facts) {
    const onComputeEngine = isOnComputeEngine(facts);
    return (facts.services ?? []).flatMap((service) => {
      const sources = ipv4OnlySources(service);
      const isMeant = isLoadBalancer(service) && isDualStackService(service) && !isInternal(service);
      if (!isMeant || sources === undefined) return [];
      const whose = whoseIs(service.metadata, facts);
      return [
        {
          severity: onComputeEngine ? 'critical' : 'warning',
          aim: 'dual-stack',
          whose,
          object: objectOf(service),
          what: onComputeEngine
            ? `It leaves IPv6 open: only ${sources.join(', ')} get in over IPv4, and everybody over IPv6.`
            : `It names only IPv4 sources (${sources.join(', ')}) and is reached over IPv6 too.`,
          why: onComputeEngine
            ? 'ingress-gce makes a firewall rule for each family, and the one for IPv6 lets ::/0 in as long as no IPv6 source is named.'
            : 'What its load balancer makes of IPv6 sources when none is named depends on the cloud; some let everybody in.',
          todo: hands(
            whose,
            'Add the IPv6 ranges of whoever may reach it to spec.loadBalancerSourceRanges; which these are only you know, so no manifest is suggested.',
          ),
          source: 'kubernetes/ingress-gce, pkg/l4/utils/sourceranges.go (IPv6ServiceSourceRanges)',
        },
      ];
    });
  },
};
