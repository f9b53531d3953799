import { describe, expect, it } from 'vitest';
import { deployments, pods } from '../../infra/local/cluster/index.ts';
import { flagValue, withFlags } from '../../shared/kubernetes/client/flags.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { ClusterObjectMissing } from '../../shared/kubernetes/errors.ts';
import { isFalse } from '../../shared/kubernetes/go-bool.ts';
import { startRecordingProxy } from '../compute/recording-proxy.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { MANAGER, managerArgs, PATIENTLY, startWorld } from './world.ts';

describe('the cloud-controller-manager', () => {
  it('manages routes until it is told to stop, and its other arguments stay', async () => {
    const world = await startWorld();
    const { cloudControllerManager: manager } = world.cluster;
    expect(await manager.state()).toMatchObject({ managesRoutes: true, oldPods: 0 });
    await manager.stopManagingRoutes();
    expect(await manager.state()).toMatchObject({ managesRoutes: false });
    expect(await managerArgs(world)).toEqual([
      '--cluster-cidr=100.96.0.0/11',
      '--allocate-node-cidrs=true',
      '--configure-cloud-routes=false',
      '--cidr-allocator-type=CloudAllocator',
    ]);
  });

  it('is not changed a second time', async () => {
    const world = await startWorld();
    await world.cluster.cloudControllerManager.stopManagingRoutes();
    await world.cluster.cloudControllerManager.stopManagingRoutes();
    expect(world.mutations()).toBe(1);
  });

  it('manages routes again when it is told to, exactly as it did before', async () => {
    const world = await startWorld();
    const { cloudControllerManager: manager } = world.cluster;
    const before = await managerArgs(world);
    await manager.stopManagingRoutes();
    await manager.manageRoutes();
    const { generation } = (await world.simulator.client.get(deployments, MANAGER)).metadata;
    await manager.manageRoutes();
    const after = await world.simulator.client.get(deployments, MANAGER);
    expect(after.metadata.generation).toBe(generation);
    expect([...(await managerArgs(world))].sort()).toEqual([...before].sort());
    expect(await manager.state()).toMatchObject({ managesRoutes: true, allocatesFromAliases: false });
  });

  it('that never stopped managing routes is not changed on the way back', async () => {
    const world = await startWorld();
    await world.cluster.cloudControllerManager.manageRoutes();
    expect(world.mutations()).toBe(0);
  });

  it('is not out before its old pods are gone, terminating ones included', async () => {
    const world = await startWorld();
    const { cloudControllerManager: manager } = world.cluster;
    await expect.poll(async () => (await manager.state()).rollout.complete, PATIENTLY).toBe(true);
    const old = await managerPod(world.simulator);
    await world.simulator.client.patch(pods, old, {
      kind: 'merge',
      body: { metadata: { finalizers: ['example.com/still-there'] } },
    });
    await manager.stopManagingRoutes();
    expect((await manager.state()).rollout.complete).toBe(false);
    const isTerminating = async () =>
      (await world.simulator.client.get(pods, old)).metadata.deletionTimestamp !== undefined;
    await expect.poll(isTerminating, PATIENTLY).toBe(true);
    await expect.poll(async () => (await manager.state()).rollout.updated, PATIENTLY).toBe(1);
    expect(await manager.state()).toMatchObject({ oldPods: 1, rollout: { complete: false } });
    await world.simulator.client.patch(pods, old, {
      kind: 'merge',
      body: { metadata: { finalizers: null } },
    });
    await expect
      .poll(() => manager.state(), PATIENTLY)
      .toMatchObject({ oldPods: 0, rollout: { complete: true } });
  });

  it('keeps what somebody else changes between its reading and its change', async () => {
    const world = await startWorld();
    const proxy = await startRecordingProxy(world.simulator.url);
    const kubeconfig = parseKubeconfig(kubeconfigFor(proxy.url));
    const { cloudControllerManager: manager } = kubernetesCluster({ kubeconfig, clock: world.clock });
    const args = [...(await managerArgs(world)), '--v=4'];
    let interfered = false;
    proxy.script(({ method }) => {
      if (method === 'PATCH' && !interfered) {
        interfered = true;
        const body = [{ op: 'replace' as const, path: '/spec/template/spec/containers/0/args', value: args }];
        void world.simulator.client.patch(deployments, MANAGER, { kind: 'json', body });
      }
      return undefined;
    });
    await manager.stopManagingRoutes();
    await proxy.stop();
    expect(await managerArgs(world)).toEqual(
      expect.arrayContaining(['--v=4', '--configure-cloud-routes=false']),
    );
    expect(proxy.mutations().length).toBeGreaterThan(1);
  });

  it('that does not exist is named', async () => {
    const world = await startWorld();
    await world.simulator.client.delete(deployments, MANAGER);
    const state = world.cluster.cloudControllerManager.state();
    await expect(state).rejects.toThrow(ClusterObjectMissing);
    await expect(state).rejects.toThrow('Deployment kube-system/cloud-controller-manager');
  });
});

async function managerPod({ client }: Awaited<ReturnType<typeof startWorld>>['simulator']) {
  const { items } = await client.list(pods, { namespace: 'kube-system' });
  const pod = items.find(({ metadata }) => metadata.name.startsWith('cloud-controller-manager-'));
  if (pod === undefined) throw new Error('the cloud-controller-manager has no pod');
  return { namespace: 'kube-system', name: pod.metadata.name };
}

describe('flags of a command line', () => {
  const line = (...args: string[]) => ({ command: ['/manager'], args });

  it('the last occurrence wins, wherever it stands', () => {
    expect(flagValue(line('--a=1', '--a=2'), 'a', 'string')).toBe('2');
    expect(flagValue({ command: ['/m', '--a=1'], args: ['--a', '3'] }, 'a', 'string')).toBe('3');
    expect(flagValue(line('--ab=1'), 'a', 'string')).toBeUndefined();
  });

  it('a bare boolean is true, whatever stands behind it, as Go reads it', () => {
    expect(isFalse(flagValue(line('--routes', 'false'), 'routes', 'boolean'))).toBe(false);
    expect(isFalse(flagValue(line('--routes=F'), 'routes', 'boolean'))).toBe(true);
    expect(isFalse(undefined)).toBe(false);
  });

  it('new values take the place of all occurrences in both lists', () => {
    const before = { command: ['/m', '--a=1', '--b=2'], args: ['--a', 'x', '--c', 'y', '--a=z'] };
    expect(withFlags(before, { a: 'new' })).toEqual({
      command: ['/m', '--b=2'],
      args: ['--c', 'y', '--a=new'],
    });
    expect(withFlags({ command: ['/m', '--a=1'], args: [] }, { a: '2' })).toEqual({
      command: ['/m', '--a=2'],
      args: [],
    });
  });
});
