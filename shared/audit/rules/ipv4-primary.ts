import { whoseIs } from '../facts.ts';
import { isApiServer, isDualStackService } from '../services.ts';
import { someOf } from '../workloads.ts';
import { CLUSTER } from './cluster-single-stack.ts';
import type { Rule } from './rule.ts';

export const ipv4Primary: Rule = {
  title: 'IPv6 is the first family of dual-stack Services.',
  needs: ['services'],
  look(facts) {
    const first = (facts.services ?? []).filter(
      (service) =>
        isDualStackService(service) &&
        !isApiServer(service) &&
        service.spec.ipFamilies[0] === 'IPv4' &&
        whoseIs(service.metadata, facts) === 'owner',
    );
    if (first.length === 0) return [];
    const names = first.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    return [
      {
        severity: 'notice',
        aim: 'ipv6-only',
        whose: 'owner',
        object: CLUSTER,
        what: `${first.length} dual-stack Service${first.length === 1 ? ' has' : 's have'} IPv4 as the first family: ${someOf(names)}.`,
        why: 'The first family of a Service that has cluster IPs cannot be changed, and a cluster without IPv4 cannot give them theirs.',
        todo: 'Nothing for dual-stack. An IPv6-only cluster is a new one: create them there with IPv6 alone.',
        source: 'Kubernetes, "IPv4/IPv6 dual-stack" (Services); gardener-core-flow.md §1.1',
      },
    ];
  },
};
