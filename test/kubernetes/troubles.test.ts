import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { ClusterRefused, ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { PATIENTLY, startWorld } from './world.ts';

const listNodes = { verb: 'list', resource: 'nodes' } as const;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

it.each([429, 500, 503, 'connection-lost'] as const)('a read is repeated after %s', async (answer) => {
  const { cluster, simulator } = await startWorld();
  simulator.faults.failRequest({ match: listNodes, when: 'before', answer });
  expect(await cluster.nodes()).toHaveLength(3);
  expect(simulator.requests()['list nodes']).toBe(2);
});

it('a server that stays away is ClusterUnavailable', async () => {
  const { cluster, simulator } = await startWorld();
  simulator.faults.setServerAway(true);
  await expect(cluster.nodes()).rejects.toThrow(ClusterUnavailable);
  await expect(cluster.kubeDns.makeDualStack('fd00::a')).rejects.toThrow(ClusterUnavailable);
});

it('a refusal is told with the reason of the server, and at once', async () => {
  const { cluster, simulator } = await startWorld();
  simulator.faults.failRequest({ match: listNodes, when: 'before', answer: 422 });
  const listed = cluster.nodes();
  await expect(listed).rejects.toThrow(ClusterRefused);
  await expect(listed).rejects.toMatchObject({ reason: 'Invalid' });
  expect(simulator.requests()['list nodes']).toBe(1);
});

it('an API server that has just started and knows no roles yet is asked again', async () => {
  const { cluster, simulator } = await startWorld();
  for (const nth of [1, 2])
    simulator.faults.failRequest({ match: listNodes, nth, when: 'before', answer: 403 });
  expect(await cluster.nodes()).toHaveLength(3);
});

it('who may not is told so when that stays', async () => {
  const { cluster, simulator } = await startWorld();
  for (let nth = 1; nth <= 20; nth += 1) {
    simulator.faults.failRequest({ match: listNodes, nth, when: 'before', answer: 403 });
  }
  await expect(cluster.nodes()).rejects.toMatchObject({ name: 'ClusterRefused', reason: 'Forbidden' });
});

it('a conflict that does not end is given up for now, and refused by nobody', async () => {
  const { cluster, simulator } = await startWorld();
  for (let nth = 1; nth <= 20; nth += 1) {
    simulator.faults.failRequest({ match: { verb: 'patch' }, nth, when: 'before', answer: 409 });
  }
  await expect(cluster.coreDns.restart('now')).rejects.toBeInstanceOf(ClusterUnavailable);
});

/** A server that takes requests and never answers. */
async function silentServer(): Promise<{ readonly kubeconfig: string; received(): number }> {
  let received = 0;
  const server = createServer(() => {
    received += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const kubeconfig = kubeconfigFor(`http://127.0.0.1:${port}`);
  return { kubeconfig, received: () => received };
}

it('a server that does not answer in time is ClusterUnavailable', async () => {
  const { kubeconfig, received } = await silentServer();
  const clock = { ...systemClock, sleep: async () => undefined };
  const cluster = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfig), clock, requestTimeoutMs: 20 });
  await expect(cluster.nodes()).rejects.toThrow(ClusterUnavailable);
  expect(received()).toBe(6);
});

it('a call ends promptly with the reason of the signal', async () => {
  const { kubeconfig, received } = await silentServer();
  const stop = new AbortController();
  const cluster = kubernetesCluster({
    kubeconfig: parseKubeconfig(kubeconfig),
    clock: systemClock,
    signal: stop.signal,
  });
  const ended = expect(cluster.nodes()).rejects.toThrow('shutting down');
  await expect.poll(received, PATIENTLY).toBe(1);
  stop.abort(new Error('shutting down'));
  await ended;
});
