import { contains } from '../../../migration/cidr.ts';
import { listed } from '../../listed.ts';
import { nodesSharingPodCidr, nodesWithForeignAliasFirst } from '../../migrate-routes/contradictions.ts';
import { block, type Check, pass, warn } from './check.ts';

export const clusterHasNodes: Check = ({ facts: { nodes, shoot } }) => {
  if (shoot?.hibernated === true) return undefined;
  if (nodes.length > 0) return pass(`the cluster has ${nodes.length} nodes`);
  return warn(
    'NoNodes',
    'The cluster has no nodes: there is nothing to move, and nothing will show that new nodes are dual-stack.',
    'Expect check-nodes to wait until the first node joins.',
  );
};

export const nodesHavePodCidrs: Check = ({ joining, facts: { nodes } }) => {
  if (joining.length === 0) return pass(`each of ${nodes.length} nodes has an IPv4 pod CIDR`);
  return warn(
    'NodeWithoutPodCidr',
    `${joining.length} nodes have no pod CIDR yet: ${listed(joining.map(({ name }) => name))}.`,
    'They are waited for before the route controller is stopped; look at the cloud-controller-manager if they stay so.',
  );
};

/** Which of the two is right only a human can tell. */
export const podCidrsAreUnique: Check = ({ nodes }) => {
  const shared = nodesSharingPodCidr(nodes);
  if (shared.length === 0) return pass('no two nodes have the same pod CIDR');
  return block(
    'PodCidrNotUnique',
    `Several nodes have the same pod CIDR: ${listed(shared.map((owners) => `${owners[0]?.podCidr} (${owners.map(({ name }) => name).join(', ')})`))}.`,
    'Delete all but one of the nodes; they come back with other ranges.',
  );
};

export const podCidrsLieInThePodRange: Check = ({ nodes, facts: { target } }) => {
  const outside = nodes.filter(({ podCidr }) => !contains(target.pods, podCidr));
  if (outside.length === 0) return pass(`every node's pod CIDR lies in ${target.pods}`);
  return block(
    'PodCidrOutside',
    `Pod CIDRs outside ${target.pods}, which no alias can carry: ${listed(outside.map(({ name, podCidr }) => `${podCidr} (${name})`))}.`,
    'Replace these nodes.',
  );
};

export const nodesHaveInstances: Check = ({ facts: { nodes, instances, target } }) => {
  const present = new Set(instances.map(({ name }) => name));
  const without = nodes.filter(
    ({ leaving, instance, name }) => !leaving && !present.has(instance?.name ?? name),
  );
  if (without.length === 0) return pass('every node has an instance in the nodes subnet');
  return warn(
    'NodeWithoutInstance',
    `${without.length} nodes have no instance in the nodes subnet of ${target.technicalId}: ${listed(without.map(({ name }) => name))}.`,
    'Look whether these machines are being deleted; nodes of other subnets are not supported.',
  );
};

export const nodesAreReady: Check = ({ facts: { nodes } }) => {
  const notReady = nodes.filter(({ ready, leaving }) => !ready && !leaving);
  if (notReady.length === 0) return pass('every node is ready');
  return warn(
    'NodeNotReady',
    `${notReady.length} nodes are not ready: ${listed(notReady.map(({ name }) => name))}.`,
    'Bring them back first: whether their pods are reached cannot be shown, so a loss there would not be seen.',
  );
};

/** The cloud-controller-manager takes `aliasIpRanges[0]` for the pod CIDR (make-before-break.md §6.3). */
export const podCidrStandsFirst: Check = ({ nodes }) => {
  const wrong = nodesWithForeignAliasFirst(nodes);
  if (wrong.length === 0) return pass('no foreign alias IP range stands first on a NIC');
  return block(
    'ForeignAlias',
    `The first alias IP range of ${wrong.length} instances is not their pod CIDR: ${listed(wrong.map(({ name, instance, podCidr }) => `${name} has ${instance.aliases[0]?.range}, expected ${podCidr}`))}.`,
    'Remove these aliases or replace the nodes; the cloud-controller-manager would take them for pod CIDRs.',
  );
};

/** Nothing outside the guests shows how their agent is configured (gcp-compute-semantics.md §3.3). */
export const guestAgentLeavesAliases: Check = ({ facts: { nodes } }) => {
  if (nodes.length === 0) return undefined;
  return warn(
    'GuestAgentNotKnown',
    'It cannot be seen from here whether the guest agents leave alias IP ranges to the pods; one that does not takes all traffic of its node. The first alias is therefore added alone, and its node checked.',
    'Look for `ip_aliases = false` in /etc/default/instance_configs.cfg on a node of each pool and age (Gardener extension provider-gcp 1.46.1 or later writes it); roll nodes that lack it.',
  );
};

export const evictionsAreAllowed: Check = ({ facts: { disruptionBudgets } }) => {
  const strict = disruptionBudgets.filter(({ allowed, pods }) => allowed <= 0 && pods > 0);
  if (strict.length === 0) return pass(`${disruptionBudgets.length} PodDisruptionBudgets allow evictions`);
  return warn(
    'EvictionNotAllowed',
    `${strict.length} PodDisruptionBudgets allow no eviction now: ${listed(strict.map(({ key }) => key))}.`,
    'Relax them or add replicas before the nodes are rolled; draining their nodes waits for them.',
  );
};

export const cloudControllerManagerIsThere: Check = ({ facts: { cloudControllerManager, shoot } }) => {
  if (shoot?.hibernated === true) return undefined;
  if (cloudControllerManager !== undefined) return pass('the cloud-controller-manager is there');
  return block(
    'CloudControllerManagerMissing',
    'There is no cloud-controller-manager, so nothing would give new nodes their pod CIDRs.',
    'Check that the kubeconfig shows the cluster in which the shoot’s control plane runs.',
  );
};

export const routeControllerRuns: Check = ({ facts: { cloudControllerManager }, podRoutes }) => {
  if (cloudControllerManager === undefined) return undefined;
  const { managesRoutes, oldPods, rollout } = cloudControllerManager;
  if (managesRoutes && rollout.complete && oldPods === 0) return pass('the route controller is at work');
  if (!managesRoutes && podRoutes.length === 0)
    return pass('the route controller is off, and no pod route is left');
  return warn(
    'RouteControllerOff',
    managesRoutes
      ? `The cloud-controller-manager is being rolled out, ${oldPods} old pods are left.`
      : `The route controller is off while ${podRoutes.length} pod routes exist: nodes that join get none.`,
    'Find out who changed the cloud-controller-manager, an earlier migration or somebody by hand.',
  );
};
