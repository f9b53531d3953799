import { expect, it, onTestFinished } from 'vitest';
import type { Cluster as SimulatedCluster } from '../../infra/local/cluster/index.ts';
import { createCluster, inProcessConnection } from '../../infra/local/cluster/index.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { SERVICES_IPV4 } from './world.ts';

/** The adapter over a simulated cluster of this process, both on one virtual clock. */
function inProcess(nodes = 3) {
  const clock = virtualClock();
  const simulated: SimulatedCluster = createCluster({
    clock,
    objects: clusterScenario(exampleCluster({ nodes })),
    serviceClusterIpRanges: [SERVICES_IPV4],
  });
  onTestFinished(() => simulated.stop());
  const { kubeconfig, transport } = inProcessConnection(simulated);
  const cluster = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfig), transport, clock });
  return { clock, cluster, simulated };
}

it('over a transport, nodes are read and the cloud-controller-manager is rolled out in virtual time', async () => {
  const { clock, cluster } = inProcess();
  const before = clock.now();
  expect(await clock.until(cluster.nodes())).toHaveLength(3);
  await clock.until(cluster.cloudControllerManager.stopManagingRoutes());
  expect(clock.now(), 'nothing waits for an answer in process').toBe(before);
  for (;;) {
    const { managesRoutes, rollout } = await clock.until(cluster.cloudControllerManager.state());
    expect(managesRoutes).toBe(false);
    if (rollout.complete) break;
    await clock.advance(1_000);
  }
  expect(clock.now()).toBeGreaterThan(before);
});

it('over a transport, a broken connection is repeated in virtual time and surfaces as unavailable', async () => {
  const { clock, cluster, simulated } = inProcess();
  const match = { verb: 'list', resource: 'nodes' } as const;
  simulated.gate.failRequest({ match, when: 'before', answer: 'connection-lost' });
  expect(await clock.until(cluster.nodes())).toHaveLength(3);
  simulated.gate.setAway(true);
  await expect(clock.until(cluster.nodes())).rejects.toBeInstanceOf(ClusterUnavailable);
});

it('over a transport, nobody waits for an answer any more once the run is ended', async () => {
  const ending = new AbortController();
  const asked = Promise.withResolvers<void>();
  const cluster = kubernetesCluster({
    kubeconfig: parseKubeconfig(inProcessConnection(inProcess().simulated).kubeconfig),
    transport: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
    clock: virtualClock(),
    signal: ending.signal,
  });
  const answer = cluster.nodes();
  await asked.promise;
  ending.abort(new Error('the run is over'));
  await expect(answer).rejects.toThrow('the run is over');
});
