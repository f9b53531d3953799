import { rangesOf } from '../addresses.ts';
import { type Facts, isGloballyRouted, nodeAddressesOf, podCidrsOf } from '../facts.ts';
import { isolates } from '../policies/combinations.ts';
import { type OpenRule, openRules } from '../policies/firewall.ts';
import type { Finding } from '../report/schema.ts';
import { hasStarted } from '../workloads.ts';
import type { Rule } from './rule.ts';

/** Addresses as ranges, and the ranges that nodes give their pods. */
function ownRanges({ nodes = [] }: Facts) {
  return nodes.flatMap((node) => [
    ...rangesOf(
      nodeAddressesOf(node).map((address) => `${address}/128`),
      'IPv6',
    ),
    ...rangesOf(podCidrsOf(node), 'IPv6'),
  ]);
}

export const globallyReachable: Rule = {
  title: 'No firewall rule lets the Internet in to nodes and pods over IPv6.',
  needs: ['firewall', 'nodes', 'pods', 'networkPolicies'],
  look(facts) {
    const reached = (facts.nodes ?? []).filter(isGloballyRouted);
    if (reached.length === 0) return [];
    return openRules(facts.firewall ?? [], ownRanges(facts)).map((open) =>
      finding(open, reached.length, facts),
    );
  },
};

function finding({ rule, protocols }: OpenRule, nodes: number, facts: Facts): Omit<Finding, 'rule'> {
  const { pods = [], networkPolicies = [] } = facts;
  const own = pods.filter((pod) => hasStarted(pod) && !pod.spec.hostNetwork);
  const unguarded = own.filter((pod) => !networkPolicies.some((policy) => isolates(policy, pod, 'Ingress')));
  const limited =
    rule.targets.length > 0 ? `, as far as their instances have one of ${rule.targets.join(', ')}` : '';
  return {
    severity: 'critical',
    aim: 'dual-stack',
    whose: 'owner',
    object: { apiVersion: 'compute.googleapis.com/v1', kind: 'Firewall', name: rule.name },
    what: `It lets anybody (${rule.sources.join(', ')}) in to ${inWords(protocols)} of ${nodes} node${nodes === 1 ? '' : 's'} and their ${own.length} pods over IPv6${limited}. No NetworkPolicy isolates ${unguarded.length} of these pods.`,
    why: 'The nodes’ subnet has external IPv6: nodes and pods have addresses that the Internet routes, with no NAT in front. The firewall is the only wall, and pods take its rules as their nodes do.',
    todo: 'Name the sources that are meant, or remove the rule (gcloud compute firewall-rules update NAME --source-ranges …), unless every port behind it may be public. Where it stays, isolate the pods by NetworkPolicies.',
    source: 'peers.md §2.7; gcp-compute-semantics.md §7; Google Cloud, "VPC firewall rules"',
  };
}

function inWords(protocols: OpenRule['protocols']): string {
  return protocols
    .map(({ protocol, ports }) => {
      const name = protocol === '58' ? 'ICMPv6' : protocol;
      if (name === 'all') return 'every port';
      return ports.length === 0 ? name : `${name} ${ports.join(', ')}`;
    })
    .join(' and ');
}
