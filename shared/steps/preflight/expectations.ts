import type { Strategy } from '../../migration/plan.ts';
import type { Extent } from './duration.ts';

/** What the operator and the shoot's owner have to do or to expect, one sentence each. */
export function expectationsOf(
  strategy: Strategy,
  { nodes, nodesAtOnce }: Extent,
  gap: number,
): readonly string[] {
  return [...OF_STRATEGY[strategy]({ nodes, nodesAtOnce, gap }), ...OF_EVERY_STRATEGY, agentsRestart(nodes)];
}

/** `maxUnavailable` of the agents' DaemonSets in Gardener's charts for Calico and for Cilium. */
const AGENTS_AT_ONCE = 2;
/** From the end of an agent until the next one is Ready there; an image that has to be pulled comes on top. */
const AGENT_SECONDS = 30;

function agentsRestart(nodes: number): string {
  const minutes = Math.ceil((Math.ceil(nodes / AGENTS_AT_ONCE) * AGENT_SECONDS) / 60);
  return (
    `configure-cni restarts the network plugin’s agents, ${AGENTS_AT_ONCE} nodes at a time: some ${minutes} min for ${nodes} nodes. ` +
    'Running pods keep their network meanwhile; a pod that starts waits for the agent of its node.'
  );
}

type Sentences = (figures: { nodes: number; nodesAtOnce: number; gap: number }) => readonly string[];

const OF_STRATEGY: Readonly<Record<Strategy, Sentences>> = {
  overlap: () => [
    // make-before-break.md §6.7: GCP hands out of the range whatever no alias holds.
    'Let no machine be created between the range and the last alias, some two minutes: keep autoscaler, machine health checks and Gardener reconciliations off. A new machine may be given the range of a node that has no alias yet, whose pods are not reached then until the machine is deleted.',
    'While the overlap flag is on, packets to unused pod addresses may leave through custom routes of the network.',
    'Packets lose nothing as long as hybrid routing does what Google documents; every node is watched after the range, and if one is not reached the unused range comes off at once.',
  ],
  rollover: ({ nodes, nodesAtOnce }) => [
    `All ${nodes} nodes are replaced, up to ${nodesAtOnce} at once; pods are drained and start elsewhere, as in every rolling update.`,
    'From the stop of the route controller on, machines of the old class that join have no route: let the workers roll only by this migration.',
    // make-before-break.md §8, end state.
    'The pods’ secondary range stays a part of the pod CIDR and can never be grown; further ranges can be added.',
    // gardener-gcp-flow.md §1.4: the updater replaces the whole list and deletes routes first.
    'Gardener’s own infrastructure reconciliation wants the whole pod CIDR as that range: expect it to fail or to be held off until the last old node is gone.',
  ],
  cutover: ({ nodes, gap }) => [
    `Pods of all ${nodes} nodes lose traffic from and to other nodes for some ${gap} s; choose a time at which that is bearable.`,
    'Let no machine be created and no Gardener reconciliation run in the gap.',
    'In the gap a pause or an abort waits until every node has its alias.',
  ],
};

const OF_EVERY_STRATEGY: readonly string[] = [
  'An organisation policy that forbids external IPv6 shows in enable-ipv6-subnets, before a route is touched.',
  'check-nodes has every node replaced that has no IPv6 yet, by Gardener unless the Shoot’s annotation shoot-dualstack/node-rollout says owner or drain; PodDisruptionBudgets that allow no eviction hold that up.',
  'Services of type LoadBalancer that exist stay IPv4; delete and create them again for both families.',
  'Pods and Services that exist keep their one family until they are created again.',
];
