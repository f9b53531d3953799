import { expect, onTestFinished, test } from 'vitest';
import { configMaps, daemonSets, pods } from '../../infra/local/cluster/index.ts';
import { isReady, podIps } from '../../infra/local/cluster/kinds/pod.ts';
import { createInProcessWorld, type InProcessWorld } from '../../infra/local/in-process/index.ts';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import type { NetworkPluginName } from '../../shared/migration/network-plugins.ts';

const NODES = 5;

async function startWorld(plugin: NetworkPluginName): Promise<InProcessWorld> {
  const world = await createInProcessWorld({
    nodes: NODES,
    strategy: 'overlap',
    shoot: localShoot(undefined, NODES, plugin),
  });
  onTestFinished(() => world.stop());
  await world.changeShoot();
  return world;
}

/** The workload's pods, once all of those that are there now were replaced. */
async function renewedPods({ cluster, clock }: InProcessWorld) {
  const web = () => cluster.api.list(pods, { namespace: 'shop' }).items;
  const old = new Set(web().map(({ metadata }) => metadata.uid));
  for (const { metadata } of web()) {
    await clock.until(cluster.client.delete(pods, { namespace: 'shop', name: metadata.name }));
  }
  const fresh = () => web().filter((pod) => isReady(pod) && !old.has(pod.metadata.uid));
  await clock.untilTrue(() => fresh().length === old.size);
  return fresh();
}

test('a shoot with Cilium becomes dual-stack, no pod traffic is lost, and pods that start afterwards have two addresses', {
  timeout: 120_000,
}, async () => {
  const world = await startWorld('cilium');
  const { status } = await world.runUntil('ended');
  expect(status).toMatchObject({ kind: 'succeeded' });
  expect(world.gaps()).toEqual([]);
  const { data } = world.cluster.api.get(configMaps, { namespace: 'kube-system', name: 'cilium-config' });
  expect(data).toMatchObject({ 'enable-ipv6': 'true', 'k8s-require-ipv6-pod-cidr': 'true' });
  for (const pod of await renewedPods(world))
    expect(podIps(pod).map((ip) => ip.includes(':'))).toEqual([false, true]);
});

const DEATHS = (['before', 'after'] as const).flatMap((when) =>
  ['reconcile', 'networkPlugin.configure'].flatMap((call) =>
    (['calico', 'cilium'] as const).map((plugin) => ({ when, call, plugin })),
  ),
);

test.each(DEATHS)(
  'a run that dies $when $call is followed by one that does the rest, and the agents of $plugin are rolled once',
  { timeout: 120_000 },
  async ({ when, call, plugin }) => {
    const world = await startWorld(plugin);
    const died = world.killAt(({ method, step }) => step === 'configure-cni' && method === call, when, 1);
    let deaths = 0;
    void died.then(() => {
      deaths += 1;
    });
    await world.runUntil((migration) => migration?.position === 'restart-coredns');
    expect(deaths).toBe(1);
    const agents = { namespace: 'kube-system', name: plugin === 'calico' ? 'calico-node' : 'cilium' };
    expect(world.cluster.api.get(daemonSets, agents).metadata.generation).toBe(2);
  },
);
