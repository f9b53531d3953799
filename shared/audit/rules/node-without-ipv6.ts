import { rangesOf } from '../addresses.ts';
import { type Facts, podCidrsOf } from '../facts.ts';
import type { Node } from '../objects/workloads.ts';
import type { Finding } from '../report/schema.ts';
import { CLUSTER } from './cluster-single-stack.ts';
import type { Rule } from './rule.ts';

export const nodeWithoutIpv6: Rule = {
  title: 'Every node gives its pods addresses of both families.',
  needs: ['nodes'],
  look(facts) {
    const { nodes = [] } = facts;
    // A network plugin with an IPAM of its own leaves the field empty on all of them; a node that joins, for a moment.
    const withPodCidr = nodes.filter((node) => podCidrsOf(node).length > 0);
    const without = withPodCidr.filter(lacksIpv6);
    if (without.length === 0) return [];
    if (without.length === withPodCidr.length) {
      return [finding(facts, CLUSTER, `None of its ${without.length} nodes has an IPv6 pod CIDR.`)];
    }
    return without.map(({ metadata: { name } }) =>
      finding(facts, { apiVersion: 'v1', kind: 'Node', name }, 'It has no IPv6 pod CIDR.'),
    );
  },
};

export function lacksIpv6(node: Node): boolean {
  const podCidrs = podCidrsOf(node);
  return podCidrs.length > 0 && !node.metadata.deletionTimestamp && rangesOf(podCidrs, 'IPv6').length === 0;
}

function finding({ gardener }: Facts, object: Finding['object'], what: string): Omit<Finding, 'rule'> {
  return {
    severity: 'warning',
    aim: 'dual-stack',
    whose: gardener ? 'owner' : 'system',
    object,
    what,
    why: 'No pod on it gets an IPv6 address. A node’s pod CIDRs cannot be added to once it has some.',
    todo: gardener
      ? 'Have it replaced: roll its worker pool (annotation gardener.cloud/operation=rollout-workers=<pool> on the Shoot), or let the migration do so.'
      : 'Replace the node once the cluster hands out pod CIDRs of both families.',
    source: 'peers.md §2.1 (spec.podCIDRs is immutable); gardener-core-flow.md §3',
  };
}
