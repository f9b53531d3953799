import { familiesOf } from '../addresses.ts';
import { type Facts, hands, isGloballyRouted, nodeAddressesOf, whoseIs } from '../facts.ts';
import type { Node, Pod } from '../objects/workloads.ts';
import type { Finding } from '../report/schema.ts';
import { byMaker, hasStarted, isIpv4Only, restartOf, someOf, type Workload } from '../workloads.ts';
import type { Rule } from './rule.ts';

export const hostNetwork: Rule = {
  title: 'Pods in their node’s network have its addresses, and are not on the Internet by that.',
  needs: ['nodes', 'pods'],
  look(facts) {
    const { nodes = [], pods = [] } = facts;
    const byName = new Map(nodes.map((node) => [node.metadata.name, node]));
    return byMaker(pods.filter((pod) => pod.spec.hostNetwork && hasStarted(pod))).flatMap((workload) =>
      finding(workload, byName, facts),
    );
  },
};

function finding(
  { object, pods }: Workload,
  nodes: ReadonlyMap<string, Node>,
  facts: Facts,
): Omit<Finding, 'rule'>[] {
  const [first] = pods;
  if (first === undefined) return [];
  const whose = whoseIs(first.metadata, facts);
  const nodeOf = ({ spec }: Pod) => nodes.get(spec.nodeName ?? '');
  const stale = pods.filter((pod) => isIpv4Only(pod) && hasBothFamilies(nodeOf(pod)));
  // Everybody knows that the cluster's own agents run there; for them it is no news.
  const exposed = whose === 'owner' ? pods.filter((pod) => isOnTheInternet(nodeOf(pod))) : [];
  if (stale.length === 0 && exposed.length === 0) return [];
  const names = (some: readonly Pod[]) => someOf(some.map(({ metadata }) => metadata.name));
  return [
    {
      severity: stale.length > 0 && whose === 'owner' ? 'warning' : 'notice',
      aim: 'dual-stack',
      whose,
      object,
      what: [
        ...(stale.length > 0
          ? [`In the node's network with its IPv4 address only, though the node has both: ${names(stale)}.`]
          : []),
        ...(exposed.length > 0
          ? [`It listens at its nodes' own addresses, which are routed on the Internet: ${names(exposed)}.`]
          : []),
      ].join(' '),
      why: [
        ...(stale.length > 0 ? ['Such a pod copies its addresses from the node when it starts.'] : []),
        ...(exposed.length > 0
          ? [
              'NetworkPolicies do not hold for it as a rule, so that nothing but the firewall and what it listens at keeps anybody away.',
            ]
          : []),
      ].join(' '),
      todo: hands(
        whose,
        [
          ...(exposed.length > 0
            ? [
                'See that it listens only where it must, and that no firewall rule for IPv6 lets its ports in.',
              ]
            : []),
          ...(stale.length > 0 ? [restartOf(object)] : []),
        ].join(' '),
      ),
      source: 'peers.md §2.8; Kubernetes, "Network Policies" (hostNetwork pods: behaviour is undefined)',
    },
  ];
}

function hasBothFamilies(node: Node | undefined): boolean {
  const families = familiesOf(node === undefined ? [] : nodeAddressesOf(node));
  return families.has('IPv4') && families.has('IPv6');
}

function isOnTheInternet(node: Node | undefined): boolean {
  return node !== undefined && isGloballyRouted(node);
}
