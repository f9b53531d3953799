import { describe, expect, it } from 'vitest';
import { deployments, pods } from '../../infra/local/cluster/index.ts';
import { NODE_LOCAL_ADDRESS, nodeLocalDns } from '../../infra/local/example/node-local-dns.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { ClusterObjectMissing, ClusterRefused } from '../../shared/kubernetes/errors.ts';
import { interposed } from './plugin-worlds.ts';
import { COREDNS, PATIENTLY, startWorld, type World } from './world.ts';

const KUBE_SYSTEM = 'kube-system';
const LABELS = { 'k8s-app': 'kube-dns' };
const STAMP = '2026-11-20T12:00:00Z';

async function patchDeployment({ simulator }: World, spec: object): Promise<void> {
  await simulator.client.patch(deployments, COREDNS, { kind: 'merge', body: { spec: { ...spec } } });
}

async function patchPodStatus({ simulator }: World, name: string, status: object): Promise<void> {
  await simulator.client.patch(
    pods,
    { namespace: KUBE_SYSTEM, name },
    { kind: 'merge', body: { status: { ...status } } },
    { subresource: 'status' },
  );
}

/** A pod of nobody's under CoreDNS' label. */
async function createPod({ simulator, example }: World, name: string): Promise<void> {
  await simulator.client.create(pods, {
    metadata: { name, namespace: KUBE_SYSTEM, labels: LABELS },
    spec: {
      containers: [{ name: 'coredns', image: 'coredns' }],
      nodeName: example.nodes[0]?.name ?? '',
    },
  });
}

describe('CoreDNS', () => {
  it('is restarted once for a stamp, however often it is asked', async () => {
    const world = await startWorld();
    const { coreDns } = world.cluster;
    expect(await coreDns.state()).toEqual({
      restartedAt: undefined,
      replicas: 2,
      paused: false,
      rolling: false,
      stuck: undefined,
    });
    await coreDns.restart(STAMP);
    await coreDns.restart(STAMP);
    expect(await coreDns.state()).toMatchObject({ restartedAt: STAMP });
    expect(world.mutations()).toBe(1);
    await expect.poll(async () => (await coreDns.state()).rolling, PATIENTLY).toBe(false);
    await coreDns.restart('2026-11-20T13:00:00Z');
    expect((await coreDns.state()).restartedAt).toBe('2026-11-20T13:00:00Z');
  });

  it.each([
    ['a second later', '2026-11-20T12:00:01Z', '2026-11-20T12:00:01Z'],
    ['in the same second', '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z'],
    ['a second before', '2026-11-20T11:59:59Z', '2026-11-20T12:00:00.400Z'],
  ])('is restarted once when Gardener stamps it in between, %s', async (_, theirs, expected) => {
    const world = await startWorld();
    const annotations = { 'gardener.cloud/restarted-at': theirs };
    const cluster = interposed(world, 'deployments', async () => {
      await patchDeployment(world, { template: { metadata: { annotations } } });
    });
    await cluster.coreDns.restart('2026-11-20T12:00:00.400Z');
    expect(await cluster.coreDns.state()).toMatchObject({ restartedAt: expected });
  });

  it('is restarted although an autoscaler changes its replicas in between, and these stay', async () => {
    const world = await startWorld();
    const { client, faults } = world.simulator;
    // The restart reads, the autoscaler writes, and the restart's first patch is of a version that is no more.
    faults.failRequest({
      match: { verb: 'patch', resource: 'deployments.apps' },
      when: 'before',
      answer: 409,
    });
    const restart = world.cluster.coreDns.restart(STAMP);
    await expect
      .poll(() => world.simulator.requests()['patch deployments.apps'] ?? 0, PATIENTLY)
      .toBeGreaterThan(0);
    await client.patch(deployments, COREDNS, { kind: 'merge', body: { spec: { replicas: 3 } } });
    await restart;
    expect(await world.cluster.coreDns.state()).toMatchObject({ restartedAt: STAMP, replicas: 3 });
  });

  it('is rolling until every pod is of the present template, and all the while it is paused', async () => {
    const world = await startWorld();
    const { coreDns } = world.cluster;
    await patchDeployment(world, { paused: true });
    await coreDns.restart(STAMP);
    await world.clock.sleep(60_000);
    expect(await coreDns.state()).toMatchObject({ paused: true, rolling: true });
    const before = (await coreDns.pods()).map(({ name }) => name);
    await patchDeployment(world, { paused: false });
    await expect.poll(async () => (await coreDns.state()).rolling, PATIENTLY).toBe(false);
    const live = (await coreDns.pods()).filter(({ gone }) => gone === undefined);
    expect(live).toHaveLength(2);
    expect(live.filter(({ name }) => before.includes(name))).toEqual([]);
  });

  it('shows every pod with node, addresses and whose it is', async () => {
    const world = await startWorld();
    await createPod(world, 'stranger');
    const found = await world.cluster.coreDns.pods();
    const ours = found.filter(({ name }) => name !== 'stranger');
    expect(ours).toHaveLength(2);
    for (const pod of ours) {
      expect(pod).toMatchObject({
        node: expect.stringContaining('shoot--core--api-worker'),
        notReady: undefined,
        addresses: [expect.stringMatching(/^100\.96\./)],
        gone: undefined,
        ofDeployment: true,
      });
      expect(pod.createdAt % 1_000).toBe(0);
      expect(Math.abs(pod.createdAt - world.clock.now())).toBeLessThan(3_600_000);
    }
    expect(found.find(({ name }) => name === 'stranger')).toMatchObject({ ofDeployment: false });
  });

  it('tells pods that serve nobody from live ones: terminating, failed and completed', async () => {
    const world = await startWorld();
    const { client } = world.simulator;
    const [live] = await world.cluster.coreDns.pods();
    for (const [name, phase] of [
      ['evicted', 'Failed'],
      ['completed', 'Succeeded'],
    ] as const) {
      await createPod(world, name);
      await patchPodStatus(world, name, { phase });
    }
    const terminating = { namespace: KUBE_SYSTEM, name: live?.name ?? '' };
    await client.patch(pods, terminating, {
      kind: 'merge',
      body: { metadata: { finalizers: ['example.com/wait'] } },
    });
    await client.delete(pods, terminating);
    const gone = new Map((await world.cluster.coreDns.pods()).map(({ name, gone }) => [name, gone]));
    expect(gone.get('evicted')).toBe('failed');
    expect(gone.get('completed')).toBe('completed');
    expect(gone.get(terminating.name)).toBe('terminating');
    expect([...gone.values()].filter((why) => why === undefined).length).toBeGreaterThan(0);
  });

  it('that does not exist is named', async () => {
    const world = await startWorld({
      objects: (objects) =>
        objects.filter((object) => object.kind !== 'Deployment' || nameOf(object) !== COREDNS.name),
    });
    await expect(world.cluster.coreDns.state()).rejects.toThrow(ClusterObjectMissing);
  });
});

describe('node-local-dns', () => {
  it.each([
    ['iptables', [NODE_LOCAL_ADDRESS, '100.64.0.10']],
    ['ipvs', [NODE_LOCAL_ADDRESS]],
  ] as const)('is found with the addresses that it listens at in %s mode', async (mode, listensOn) => {
    const world = await startWorld({
      objects: (objects) => [...objects, ...nodeLocalDns(exampleCluster({ nodes: 3 }), mode)],
    });
    expect(await world.cluster.nodeLocalDns.state()).toEqual({ listensOn });
  });

  it.each([
    [['--localip=169.254.20.10, 100.64.0.10'], ['169.254.20.10', '100.64.0.10']],
    [['-conf', '/etc/Corefile'], []],
    [['-localip'], []],
  ])('has the addresses that its arguments say: %j', async (args, listensOn) => {
    const world = await startWorld({
      objects: (objects) => [
        ...objects,
        ...nodeLocalDns(exampleCluster({ nodes: 3 }), 'ipvs').map((object) => {
          const spec = Object(object.spec);
          const containers = [{ name: 'node-cache', image: 'node-cache', args }];
          const template = { ...spec.template, spec: { containers } };
          return object.kind === 'DaemonSet' ? { ...object, spec: { ...spec, template } } : object;
        }),
      ],
    });
    expect(await world.cluster.nodeLocalDns.state()).toEqual({ listensOn });
  });

  it('may be absent, but not out of sight', async () => {
    const world = await startWorld();
    expect(await world.cluster.nodeLocalDns.state()).toBeUndefined();
    world.simulator.faults.failRequest({
      match: { verb: 'get', resource: 'daemonsets.apps' },
      when: 'before',
      answer: 400,
    });
    await expect(world.cluster.nodeLocalDns.state()).rejects.toThrow(ClusterRefused);
  });
});

function nameOf(object: { readonly metadata?: unknown }): unknown {
  return Reflect.get(Object(object.metadata), 'name');
}
