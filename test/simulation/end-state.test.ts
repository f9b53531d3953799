import { expect, test } from 'vitest';
import { daemonSets, deployments, nodes, shoots } from '../../infra/local/cluster/index.ts';
import { createInProcessWorld, type InProcessWorld } from '../../infra/local/in-process/index.ts';
import { plainCase } from '../../infra/local/simulation/campaigns/campaign.ts';
import { endStateOf } from '../../infra/local/simulation/end-state/index.ts';
import { runCase } from '../../infra/local/simulation/run-case.ts';
import { STRATEGIES } from '../../shared/migration/plan.ts';

const namespace = 'kube-system';

/** What a run may leave behind that the clean one does not. */
const LEFTOVERS: Readonly<Record<string, (world: InProcessWorld) => unknown>> = {
  'the overlap flag': (world) => patchNodesSubnet(world, { allowSubnetCidrRoutesOverlap: true }),
  'a secondary range': (world) =>
    patchNodesSubnet(world, {
      secondaryIpRanges: [{ rangeName: 'ipv4-pod-cidr', ipCidrRange: world.example.podsCidr }],
    }),
  'a pod route less': async ({ compute }) => {
    const [route] = compute.resources.routes
      .values()
      .filter(({ description }) => description === 'k8s-node-route');
    if (route === undefined) throw new Error('there is no pod route');
    await compute.actors.deleteRoute(route.name);
  },
  'an alias IP range': async ({ compute, example }) => {
    const [node] = example.nodes;
    if (node === undefined) throw new Error('there is no node');
    const [nic] = (await compute.actors.getInstance(node.zone, node.name)).networkInterfaces;
    await compute.actors.updateNetworkInterface(node.zone, node.name, 'nic0', {
      fingerprint: nic?.fingerprint,
      aliasIpRanges: [{ ipCidrRange: '10.250.200.1/32' }],
    });
  },
  'a cordon': ({ cluster, example }) =>
    cluster.api.patch(
      nodes,
      { namespace: '', name: example.nodes[0]?.name ?? '' },
      { kind: 'merge', body: { spec: { unschedulable: true } } },
    ),
  'an annotation of a node': ({ cluster, example }) =>
    cluster.api.patch(
      nodes,
      { namespace: '', name: example.nodes[0]?.name ?? '' },
      { kind: 'merge', body: { metadata: { annotations: { 'shoot-dualstack/cordoned': 'true' } } } },
    ),
  'an annotation of the Shoot': ({ garden, shoot: { shoot } }) =>
    garden.api.patch(
      shoots,
      { namespace: shoot.namespace, name: shoot.name },
      { kind: 'merge', body: { metadata: { annotations: { 'example.org/left': 'behind' } } } },
    ),
  'one restart of CoreDNS more': ({ cluster }) =>
    cluster.api.patch(
      deployments,
      { namespace, name: 'coredns' },
      { kind: 'merge', body: { spec: { template: { metadata: { annotations: { restarted: 'again' } } } } } },
    ),
  'the probes': ({ cluster }) => {
    const { spec } = cluster.api.get(daemonSets, { namespace, name: 'kube-proxy' });
    cluster.api.create(daemonSets, namespace, { metadata: { name: 'shoot-dualstack-probe' }, spec });
  },
};

test.each(Object.keys(LEFTOVERS))('%s shows in the end state', async (what) => {
  const world = await createInProcessWorld({ nodes: 2, clients: 'direct' });
  const before = await endStateOf(world);
  const left = Promise.resolve(LEFTOVERS[what]?.(world));
  await world.clock.until(left);
  expect(await endStateOf(world)).not.toEqual(before);
  await world.stop();
});

test.each(STRATEGIES)('clean runs of %s leave the same world, whatever their seed', async (strategy) => {
  const [one, other] = [await endWith(1, strategy), await endWith(29, strategy)];
  expect(other).toEqual(one);
});

async function endWith(seed: number, strategy: (typeof STRATEGIES)[number]): Promise<unknown> {
  const { endState, violations } = await runCase(plainCase({ seed }, strategy));
  expect(violations).toEqual([]);
  return endState;
}

async function patchNodesSubnet({ compute, example }: InProcessWorld, change: object): Promise<void> {
  const subnet = `${example.technicalId}-nodes`;
  const { fingerprint } = await compute.actors.getSubnetwork(example.region, subnet);
  // A range of the pods' own needs the flag while their routes stand.
  if ('secondaryIpRanges' in change) {
    await compute.actors.patchSubnetwork(example.region, subnet, {
      fingerprint,
      allowSubnetCidrRoutesOverlap: true,
    });
    const present = await compute.actors.getSubnetwork(example.region, subnet);
    await compute.actors.patchSubnetwork(example.region, subnet, {
      fingerprint: present.fingerprint,
      ...change,
    });
    return;
  }
  await compute.actors.patchSubnetwork(example.region, subnet, { fingerprint, ...change });
}
