import { gardenersOrder } from '../../../infra/local/bench/gardener-order/order.ts';
import { Requests } from '../../../infra/local/bench/gardener-order/requests.ts';
import { scalingOf } from '../../../infra/local/bench/gardener-order/scaling.ts';
import { deployments, services } from '../../../infra/local/cluster/index.ts';
import type { InProcessWorld } from '../../../infra/local/in-process/index.ts';
import { timestamp } from '../../../shared/clock.ts';

const NAMESPACE = 'kube-system';

/**
 * What Gardener's own infrastructure flow does to routes, aliases and the nodes subnet, by the benchmark's model of it
 * (`gardener-gcp-flow.md` §1.4). `refused` is the call that ends it: what it knew of the deleted routes is lost then (§3).
 */
export async function moveRoutesAsGardener(
  world: InProcessWorld,
  refused?: { readonly method: string; readonly call: number },
): Promise<void> {
  const { clock, cluster, compute, shoot } = world;
  const { technicalId, network, region, pods: podsCidr } = shoot.shoot;
  if (refused !== undefined) {
    compute.faults.add({ ...refused, kind: 'http-error', code: 403, reason: 'forbidden' });
  }
  const requests = new Requests(compute, clock);
  const order = gardenersOrder(
    { technicalId, network, region, podsCidr },
    requests,
    scalingOf(cluster),
    clock,
  );
  const ending = await clock.until(order.then(() => 'done', String));
  if (ending !== 'done' && (refused === undefined || !ending.includes('forbidden'))) throw new Error(ending);
  // The operations of aliases are awaited by nobody.
  await clock.advance(120_000);
}

/** The control plane part of a reconciliation: the cloud-controller-manager is there, off routes and takes aliases for pod CIDRs. */
export async function deployManagerAsGardener({ clock, cluster }: InProcessWorld): Promise<void> {
  const key = { namespace: NAMESPACE, name: 'cloud-controller-manager' };
  const { spec } = cluster.api.get(deployments, key);
  const [container, ...others] = spec.template.spec.containers;
  if (container === undefined) throw new Error('the cloud-controller-manager has no container');
  const args = container.args?.map((argument) =>
    argument
      .replace('--configure-cloud-routes=true', '--configure-cloud-routes=false')
      .replace('=RangeAllocator', '=CloudAllocator'),
  );
  const containers = [{ ...container, args }, ...others];
  const body = JSON.parse(JSON.stringify({ spec: { replicas: 1, template: { spec: { containers } } } }));
  cluster.api.patch(deployments, key, { kind: 'merge', body });
  await clock.advance(120_000);
}

/** A reconciliation in which a CoreDNS pod had one address (`gardener-core-flow.md` §6.1). */
export function restartCoreDnsAsGardener({ clock, cluster }: InProcessWorld): void {
  const stamp = timestamp(clock).replace(/\.\d+Z$/, 'Z');
  cluster.api.patch(
    deployments,
    { namespace: NAMESPACE, name: 'coredns' },
    {
      kind: 'merge',
      body: { spec: { template: { metadata: { annotations: { 'gardener.cloud/restarted-at': stamp } } } } },
    },
  );
}

/** As before v1.127, when it did not wait for CoreDNS (§10, #12816); or as an owner by hand, with an address of their own. */
export function switchKubeDnsByHand({ cluster }: InProcessWorld, ipv6: string): void {
  const key = { namespace: NAMESPACE, name: 'kube-dns' };
  const clusterIPs = [...(cluster.api.get(services, key).spec.clusterIPs ?? []), ipv6];
  cluster.api.patch(services, key, {
    kind: 'merge',
    body: { spec: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'], clusterIPs } },
  });
}

export function kubeDnsClusterIps({ cluster }: InProcessWorld): readonly string[] {
  return cluster.api.get(services, { namespace: NAMESPACE, name: 'kube-dns' }).spec.clusterIPs ?? [];
}
