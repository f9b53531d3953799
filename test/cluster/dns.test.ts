import { AppsV1Api, CoreV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import type { Cluster } from '../../shared/kubernetes/cluster.ts';
import { ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { type ControlPlane, startControlPlane } from './control-plane/index.ts';
import { describeOnCluster } from './support.ts';

const SERVICES_IPV4 = '100.64.0.0/13';
const SERVICES_IPV6 = 'fd00:10:64::/108';
const IPV4 = '100.64.0.10';
const PINNED = 'fd00:10:64::a';
const KUBE_SYSTEM = 'kube-system';
const LABELS = { 'k8s-app': 'kube-dns' };
/** Nothing waits this long unless the machine is busy or the answer wrong. */
const PATIENTLY = { timeout: 60_000, interval: 200 };

describeOnCluster('CoreDNS and kube-dns on a real API server', () => {
  let controlPlane: ControlPlane;
  let cluster: Cluster;
  let core: CoreV1Api;
  let apps: AppsV1Api;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ serviceClusterIpRanges: [SERVICES_IPV4] });
    const kubeconfig = parseKubeconfig(controlPlane.kubeconfig);
    cluster = kubernetesCluster({ kubeconfig, clock: systemClock });
    core = kubeconfig.makeApiClient(CoreV1Api);
    apps = kubeconfig.makeApiClient(AppsV1Api);
  });
  afterAll(() => controlPlane?.stop());

  async function createService(name: string, spec: object): Promise<void> {
    const ports = [{ name: 'dns', port: 53, protocol: 'UDP' }];
    const body = { metadata: { name }, spec: { ports, selector: LABELS, ...spec } };
    await core.createNamespacedService({ namespace: KUBE_SYSTEM, body });
  }

  async function kubeDnsAgain(spec: object): Promise<void> {
    await core.deleteNamespacedService({ namespace: KUBE_SYSTEM, name: 'kube-dns' }).catch(() => undefined);
    await createService('kube-dns', { clusterIP: IPV4, ...spec });
  }

  const clusterIps = async () => (await cluster.kubeDns.state()).clusterIps;

  // The tests go on from one another: a control plane is not started for each.
  test('while the API server has one family kube-dns stays as it is, and that is worth another try', async () => {
    await kubeDnsAgain({ ipFamilyPolicy: 'PreferDualStack' });
    await expect(cluster.kubeDns.makeDualStack(PINNED)).rejects.toThrow(ClusterUnavailable);
    await expect(cluster.kubeDns.makeDualStack('any')).rejects.toThrow(ClusterUnavailable);
    expect(await clusterIps()).toEqual([IPV4]);
  });

  test('a Service that has preferred dual-stack since then gets its second address when it is asked for', async () => {
    await controlPlane.setServiceClusterIpRanges([SERVICES_IPV4, SERVICES_IPV6]);
    await expect.poll(() => cluster.acceptsDualStackServices(), PATIENTLY).toBe(true);
    expect(await clusterIps()).toEqual([IPV4]);
    expect(await cluster.kubeDns.makeDualStack('any')).toEqual({ kind: 'granted' });
    expect(await clusterIps()).toEqual([IPV4, expect.stringMatching(/^fd00:10:64::/)]);
  });

  test('an address outside the range, one that is taken and one that is free are told apart', async () => {
    await kubeDnsAgain({ ipFamilyPolicy: 'SingleStack' });
    expect(await cluster.kubeDns.makeDualStack('fd00:dead::a')).toEqual({
      kind: 'outside the range',
      message: expect.stringContaining('failed to allocate IP fd00:dead::a'),
    });
    await createService('squatter', { clusterIP: PINNED, ipFamilies: ['IPv6'] });
    expect(await cluster.kubeDns.makeDualStack(PINNED)).toEqual({ kind: 'taken' });
    expect(await clusterIps()).toEqual([IPV4]);
    await core.deleteNamespacedService({ namespace: KUBE_SYSTEM, name: 'squatter' });
    await expect.poll(() => cluster.kubeDns.makeDualStack(PINNED), PATIENTLY).toEqual({ kind: 'granted' });
    expect(await clusterIps()).toEqual([IPV4, PINNED]);
    expect(await cluster.kubeDns.makeDualStack('fd00:10:64::b')).toEqual({ kind: 'granted' });
    expect(await clusterIps()).toEqual([IPV4, PINNED]);
  });

  test('pods of the Deployment are known as such, and a rollout that its controller gives up is shown', async () => {
    const containers = [{ name: 'coredns', image: 'coredns' }];
    await apps.createNamespacedDeployment({
      namespace: KUBE_SYSTEM,
      body: {
        metadata: { name: 'coredns' },
        spec: {
          replicas: 2,
          // No kubelet makes any of them ready.
          progressDeadlineSeconds: 1,
          selector: { matchLabels: LABELS },
          template: { metadata: { labels: LABELS }, spec: { containers } },
        },
      },
    });
    await core.createNamespacedPod({
      namespace: KUBE_SYSTEM,
      body: { metadata: { name: 'stranger', labels: LABELS }, spec: { containers } },
    });
    const ofDeployment = async () => (await cluster.coreDns.pods()).map((pod) => pod.ofDeployment).sort();
    await expect.poll(ofDeployment, PATIENTLY).toEqual([false, true, true]);
    await expect
      .poll(async () => (await cluster.coreDns.state()).stuck, PATIENTLY)
      .toContain('timed out progressing');
  });

  test('a restart is under way until the pods were replaced, and one stamp is one restart', async () => {
    const generation = async () => {
      const read = await apps.readNamespacedDeployment({ namespace: KUBE_SYSTEM, name: 'coredns' });
      return read.metadata?.generation ?? 0;
    };
    await expect.poll(async () => (await cluster.coreDns.state()).rolling, PATIENTLY).toBe(false);
    const before = await generation();
    await cluster.coreDns.restart('2026-01-01T00:00:00.000Z');
    await cluster.coreDns.restart('2026-01-01T00:00:00.000Z');
    expect(await generation()).toBe(before + 1);
    expect(await cluster.coreDns.state()).toMatchObject({
      restartedAt: '2026-01-01T00:00:00.000Z',
      rolling: true,
    });
  });
});
