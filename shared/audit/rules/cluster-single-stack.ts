import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** The cluster itself, as an object of findings that are about no single one. */
export const CLUSTER: Finding['object'] = { apiVersion: '', kind: 'Cluster', name: 'the cluster' };

export const clusterSingleStack: Rule = {
  title: 'The API server gives Services addresses of both families.',
  needs: [],
  look: ({ dualStackServices, gardener }) =>
    dualStackServices !== 'no'
      ? []
      : [
          {
            severity: 'warning',
            aim: 'dual-stack',
            whose: gardener ? 'owner' : 'system',
            object: CLUSTER,
            what: 'The API server has a Service range of one family only.',
            why: 'No Service can have addresses of both, whatever it asks for; single-stack Services are therefore not listed one by one.',
            todo: gardener
              ? 'Migrate the shoot: spec.networking.ipFamilies [IPv4, IPv6].'
              : 'Give the API server both ranges (--service-cluster-ip-range=<IPv4>,<IPv6>).',
            source: 'Kubernetes, "IPv4/IPv6 dual-stack" (Configure IPv4/IPv6 dual-stack)',
          },
        ],
};
