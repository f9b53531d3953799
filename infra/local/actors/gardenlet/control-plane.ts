import type { Container } from '../../cluster/kinds/pod.ts';
import type { Deployment } from '../../cluster/kinds/workloads.ts';
import { cloudControllerArguments } from '../cloud-controller/arguments.ts';
import { DEPLOYMENT, NAMESPACE } from '../cloud-controller/leader.ts';
import type { ActorContext } from '../context.ts';
import { matchesLabels } from '../match-labels.ts';
import type { ShootCluster } from '../world.ts';
import type { ShootNetworks } from './networks.ts';

/**
 * Every node, whatever its state, has a pod CIDR of each family; a cluster without nodes has not
 * (gardener-core-flow.md §3).
 */
export function nodesAreDualStack(cluster: ShootCluster): boolean {
  const nodes = cluster.nodes();
  return nodes.length > 0 && nodes.every(({ spec }) => (spec?.podCIDRs ?? []).length === 2);
}

/**
 * Gives the cloud-controller-manager both families of the cluster's and the services' ranges, as the control
 * plane part of a reconciliation does as soon as the infrastructure has them, whatever the nodes have
 * (gardener-core-flow.md §4, gate A; gardener-gcp-flow.md §4.2). Only where it takes pod CIDRs from the cloud
 * already: Gardener sets both together, and here the migration decides when the routes are given up.
 * Repeatable.
 */
export async function widenCloudControllerRanges(
  { cluster, technicalId }: Pick<ActorContext, 'cluster' | 'technicalId'>,
  networks: ShootNetworks,
): Promise<void> {
  const deployment = cluster.deployment(NAMESPACE, DEPLOYMENT);
  if (deployment === undefined || networks.services.length < 2) return;
  const { template } = deployment.spec;
  const present = cloudControllerArguments(template, technicalId);
  if (present.cidrAllocatorType !== 'CloudAllocator' || present.dualStack) return;
  const [first, ...others] = template.spec.containers;
  if (first === undefined) return;
  const ranges = {
    'cluster-cidr': networks.pods.join(','),
    'service-cluster-ip-range': networks.services.join(','),
  };
  const containers = [withFlags(first, ranges), ...others].map(({ name, command, args }) => ({
    name,
    ...(command !== undefined && { command }),
    ...(args !== undefined && { args }),
  }));
  const { resourceVersion } = deployment.metadata;
  const patch = { metadata: { resourceVersion }, spec: { template: { spec: { containers } } } };
  await cluster.patchDeployment(NAMESPACE, DEPLOYMENT, patch);
}

/**
 * The Deployment is rolled out and every pod of an earlier template is gone: what Gardener's resource manager
 * waits for before it calls a control plane healthy.
 */
export function isCloudControllerRolledOut(cluster: ShootCluster): boolean {
  const deployment = cluster.deployment(NAMESPACE, DEPLOYMENT);
  if (deployment === undefined) return true;
  const { replicas = 1, selector } = deployment.spec;
  const labels = selector.matchLabels ?? {};
  const pods = cluster.pods(NAMESPACE).filter((pod) => matchesLabels(pod, labels));
  const { status } = deployment;
  return isObserved(deployment) && (status?.availableReplicas ?? 0) >= replicas && pods.length === replicas;
}

function isObserved({ metadata, status }: Deployment): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

/**
 * The container with each flag in place of the one it has, in its command or its arguments, or else at the
 * end.
 */
function withFlags(container: Container, flags: Readonly<Record<string, string>>): Container {
  let { command, args = [] } = container;
  for (const [name, value] of Object.entries(flags)) {
    const prefix = `--${name}=`;
    const replaced = (words: string[]) =>
      words.map((word) => (word.startsWith(prefix) ? prefix + value : word));
    const given = [...(command ?? []), ...args].some((word) => word.startsWith(prefix));
    command = command === undefined ? undefined : replaced(command);
    args = given ? replaced(args) : [...args, prefix + value];
  }
  return { ...container, command, args };
}
