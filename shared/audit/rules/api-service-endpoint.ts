import { ipv4Only } from '../callouts.ts';
import { hands, whoseIs } from '../facts.ts';
import type { Rule } from './rule.ts';

export const apiServiceEndpoint: Rule = {
  title: 'Aggregated APIs are reached over IPv6.',
  needs: ['services', 'apiServices'],
  look: (facts) =>
    (facts.apiServices ?? []).flatMap(({ metadata, spec }) => {
      const how = spec.service ? ipv4Only({ service: spec.service }, facts) : undefined;
      if (how === undefined) return [];
      const whose = whoseIs(metadata, facts);
      return [
        {
          severity: 'notice',
          aim: 'ipv6-only',
          whose,
          object: { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', name: metadata.name },
          what: `It is served by ${how}.`,
          why: 'An API server without IPv4 does not reach it: the whole group is then unavailable, and namespaces that are deleted hang.',
          todo: hands(
            whose,
            'Nothing for dual-stack: the API server calls the first address of a Service, which stays IPv4. On the way to IPv6-only, make the Service dual-stack.',
          ),
          source:
            'kubernetes-ipv6-architecture.md (Dependency Mapping); Kubernetes, "Kubernetes API Aggregation Layer"',
        },
      ];
    }),
};
