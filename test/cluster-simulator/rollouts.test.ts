import { describe, expect, test } from 'vitest';
import type { Pod } from '../../infra/local/cluster/index.ts';
import { daemonSets, deployments, nodes, pods, replicaSets } from '../../infra/local/cluster/index.ts';
import { isReady, isTerminating } from '../../infra/local/cluster/kinds/pod.ts';
import type { InProcess } from './small-cluster.ts';
import { clusterInProcess, exampleObjects } from './small-cluster.ts';

const COREDNS = { namespace: 'kube-system', name: 'coredns' };
const WEB = { namespace: 'shop', name: 'web' };
const CALICO = { namespace: 'kube-system', name: 'calico-node' };

const restart = {
  spec: { template: { metadata: { annotations: { 'gardener.cloud/restarted-at': '2026-03-01' } } } },
};

function podsOf(world: InProcess, namespace: string, label: string, value: string): Pod[] {
  return world.api
    .list(pods, { namespace, labelSelector: `${label}=${value}` })
    .items.filter((pod) => pod.metadata.namespace === namespace);
}

const available = (list: readonly Pod[]) => list.filter((pod) => isReady(pod) && !isTerminating(pod)).length;

function rolledOut(world: InProcess, named: typeof COREDNS): boolean {
  const { metadata, spec, status } = world.api.get(deployments, named);
  const replicas = spec.replicas ?? 1;
  return (
    status?.observedGeneration === metadata.generation &&
    status?.updatedReplicas === replicas &&
    status?.replicas === replicas &&
    status?.availableReplicas === replicas
  );
}

describe('a Deployment’s rollout', () => {
  test('with maxSurge 1 and maxUnavailable 0 never has fewer Pods available than asked for, nor more than one extra', async () => {
    const world = clusterInProcess();
    const counts: { available: number; wanted: number }[] = [];
    world.onChange(() => {
      const list = podsOf(world, 'kube-system', 'k8s-app', 'kube-dns');
      counts.push({ available: available(list), wanted: list.filter((pod) => !isTerminating(pod)).length });
    });
    const before = new Set(
      podsOf(world, 'kube-system', 'k8s-app', 'kube-dns').map(({ metadata }) => metadata.uid),
    );
    await world.client.patch(deployments, COREDNS, { kind: 'strategic', body: restart });
    await world.clock.untilTrue(() => rolledOut(world, COREDNS));
    expect(Math.min(...counts.map((count) => count.available))).toBe(2);
    expect(Math.max(...counts.map((count) => count.wanted))).toBe(3);
    await world.clock.untilTrue(() => podsOf(world, 'kube-system', 'k8s-app', 'kube-dns').length === 2);
    const after = podsOf(world, 'kube-system', 'k8s-app', 'kube-dns');
    expect(after.every(({ metadata }) => !before.has(metadata.uid))).toBe(true);
  });

  test('that makes no progress for its deadline says so, once, and no more as soon as it comes on', async () => {
    const world = clusterInProcess();
    const progressing = () =>
      world.api.get(deployments, COREDNS).status?.conditions?.find(({ type }) => type === 'Progressing');
    const cordon = (unschedulable: boolean) =>
      Promise.all(
        world.api
          .list(nodes)
          .items.map(({ metadata }) =>
            world.client.patch(
              nodes,
              { name: metadata.name },
              { kind: 'merge', body: { spec: { unschedulable } } },
            ),
          ),
      );
    await cordon(true);
    const body = { spec: { ...restart.spec, progressDeadlineSeconds: 120 } };
    await world.client.patch(deployments, COREDNS, { kind: 'strategic', body });
    await world.clock.advance(115_000);
    expect(progressing()).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    await world.clock.advance(10_000);
    const failed = progressing();
    expect(failed).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    await world.clock.advance(600_000);
    expect(progressing()).toEqual(failed);
    await cordon(false);
    await world.clock.untilTrue(() => rolledOut(world, COREDNS));
    expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    // A completed rollout has no deadline any more, whatever becomes of its Pods.
    await world.clock.advance(1_000_000);
    expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  test('respects percentages while many Pods are replaced', async () => {
    const world = clusterInProcess({ objects: exampleObjects(20) });
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    world.onChange(() => {
      const list = podsOf(world, 'shop', 'app', 'web');
      least = Math.min(least, available(list));
      most = Math.max(most, list.filter((pod) => !isTerminating(pod)).length);
    });
    await world.client.patch(deployments, WEB, { kind: 'strategic', body: restart });
    await world.clock.untilTrue(() => rolledOut(world, WEB));
    expect(least).toBe(15);
    expect(most).toBe(25);
  });

  test('takes time, and keeps the old ReplicaSet at zero for a rollback', async () => {
    const world = clusterInProcess();
    const start = world.clock.now();
    await world.client.patch(deployments, COREDNS, { kind: 'strategic', body: restart });
    expect(rolledOut(world, COREDNS)).toBe(false);
    await world.clock.untilTrue(() => rolledOut(world, COREDNS));
    expect(world.clock.now() - start).toBeGreaterThan(4_000);
    const sets = world.api.list(replicaSets, {
      namespace: 'kube-system',
      labelSelector: 'k8s-app=kube-dns',
    }).items;
    expect(sets.map(({ spec }) => spec.replicas).sort()).toEqual([0, 2]);
  });

  test('to zero replicas ends with no Pod, and back up again', async () => {
    const world = clusterInProcess();
    const ccm = { namespace: 'kube-system', name: 'cloud-controller-manager' };
    const scale = (replicas: number) =>
      world.client.patch(deployments, ccm, { kind: 'merge', body: { spec: { replicas } } });
    const running = () => podsOf(world, 'kube-system', 'role', 'cloud-controller-manager');
    await scale(0);
    expect(running()).toHaveLength(1);
    await world.clock.untilTrue(() => running().length === 0);
    await scale(1);
    await world.clock.untilTrue(() => available(running()) === 1);
  });
});

describe('a DaemonSet’s rollout', () => {
  test('never has more Pods unavailable than maxUnavailable, and reaches every node', async () => {
    const world = clusterInProcess({ objects: exampleObjects(9) });
    let least = Number.POSITIVE_INFINITY;
    world.onChange(() => {
      least = Math.min(least, available(podsOf(world, 'kube-system', 'k8s-app', 'calico-node')));
    });
    const patched = await world.client.patch(daemonSets, CALICO, { kind: 'strategic', body: restart });
    const status = () => world.api.get(daemonSets, CALICO).status;
    await world.clock.untilTrue(
      () =>
        status()?.observedGeneration === patched.metadata.generation &&
        status()?.updatedNumberScheduled === 9 &&
        status()?.numberAvailable === 9,
    );
    expect(least).toBe(7);
    const placed = podsOf(world, 'kube-system', 'k8s-app', 'calico-node').map(({ spec }) => spec.nodeName);
    expect(new Set(placed).size).toBe(9);
  });

  test('says in its status that it has not looked yet', async () => {
    const world = clusterInProcess();
    const patched = await world.client.patch(daemonSets, CALICO, { kind: 'strategic', body: restart });
    const { status } = await world.client.get(daemonSets, CALICO);
    expect(status?.observedGeneration).toBeLessThan(patched.metadata.generation ?? 0);
  });
});

describe('nodes that come and go', () => {
  const example = exampleObjects(1).find((object) => object.kind === 'Node');
  const node = (name: string, ready: 'True' | 'False') => ({
    ...example,
    metadata: { name },
    spec: { podCIDRs: ['100.96.200.0/24'] },
    status: {
      addresses: [{ type: 'InternalIP', address: '10.250.9.9' }],
      conditions: [{ type: 'Ready', status: ready }],
    },
  });
  const on = (world: InProcess, name: string) => [
    ...world.api.list(pods, { fieldSelector: `spec.nodeName=${name}` }).items,
  ];

  test('a node gets its daemons once it is Ready, not before', async () => {
    const world = clusterInProcess();
    await world.client.create(nodes, node('fresh', 'False'));
    await world.clock.advance(60_000);
    expect(on(world, 'fresh')).toHaveLength(0);
    await world.client.update(
      nodes,
      {
        ...world.api.get(nodes, { namespace: '', name: 'fresh' }),
        ...{ status: node('fresh', 'True').status },
      },
      { subresource: 'status' },
    );
    await world.clock.untilTrue(() => available(on(world, 'fresh')) === 2);
  });

  test('a deleted node takes its Pods along, and their Deployments replace them elsewhere', async () => {
    const world = clusterInProcess();
    const gone = podsOf(world, 'shop', 'app', 'web')[0]?.spec.nodeName ?? '';
    await world.client.delete(nodes, { name: gone });
    await world.clock.untilTrue(() => on(world, gone).length === 0);
    await world.clock.untilTrue(() => rolledOut(world, WEB) && rolledOut(world, COREDNS));
    expect(world.api.get(daemonSets, CALICO).status?.desiredNumberScheduled).toBe(2);
  });

  test('a cordoned node gets no new Pods', async () => {
    const world = clusterInProcess();
    const [first = '', ...others] = world.api.list(nodes).items.map(({ metadata }) => metadata.name);
    for (const name of others) {
      await world.client.patch(nodes, { name }, { kind: 'merge', body: { spec: { unschedulable: true } } });
    }
    await world.client.patch(deployments, WEB, { kind: 'strategic', body: restart });
    await world.clock.untilTrue(() => rolledOut(world, WEB));
    await world.clock.untilTrue(() => podsOf(world, 'shop', 'app', 'web').length === 3);
    expect(podsOf(world, 'shop', 'app', 'web').map(({ spec }) => spec.nodeName)).toEqual([
      first,
      first,
      first,
    ]);
  });
});

describe('determinism', () => {
  test('the same seed and the same requests tell the same story', async () => {
    const story = async () => {
      const world = clusterInProcess();
      const lines: string[] = [];
      world.onChange(({ type, resource, object }) =>
        lines.push(`${type} ${resource.id} ${object.metadata.name} ${object.metadata.uid}`),
      );
      await world.client.patch(deployments, WEB, { kind: 'strategic', body: restart });
      await world.client.patch(daemonSets, CALICO, { kind: 'strategic', body: restart });
      await world.clock.advance(120_000);
      return lines;
    };
    const first = await story();
    expect(first.length).toBeGreaterThan(50);
    expect(await story()).toEqual(first);
  });

  test('a cluster at rest writes nothing', async () => {
    const world = clusterInProcess();
    const { version } = world.api.kernel.store;
    await world.clock.advance(3_600_000);
    expect(world.api.kernel.store.version).toBe(version);
  });
});
