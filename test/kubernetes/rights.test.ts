import { describe, expect, it, onTestFinished } from 'vitest';
import { startKubernetesSimulator } from '../../infra/local/cluster/index.ts';
import type { Transport } from '../../shared/kubernetes/client/index.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { inWords, permissionsAt, permissionsInShoot } from '../../shared/kubernetes/permission.ts';
import type { ShootPart } from '../../shared/kubernetes/rights.ts';
import { SERVICES_IPV4, SHOOT, startWorld } from './world.ts';

const PARTS: readonly ShootPart[] = ['base', 'probe', 'calico', 'cilium', 'drain'];
const IN_SEED = { namespace: 'shoot--core--api', name: 'cloud-controller-manager' };
const REVIEWS = 'create selfsubjectaccessreviews.authorization.k8s.io';
const ASKED_IN_SHOOT = PARTS.flatMap(permissionsInShoot).length;
const ASKED_AT_CONTROL_PLANE = permissionsAt('control-plane', IN_SEED).length;
const ASKED = ASKED_IN_SHOOT + ASKED_AT_CONTROL_PLANE;

describe('rights', () => {
  it('that are all there: nothing is missing, each is asked about once, and nothing is changed', async () => {
    const { cluster, garden, simulator, mutations } = await startWorld();
    expect(await cluster.missingRights(PARTS)).toEqual({ missing: [], unknown: [] });
    expect(simulator.requests()).toEqual({ [REVIEWS]: ASKED });
    expect(await garden.missingRights()).toEqual({ missing: [], unknown: [] });
    expect(mutations()).toBe(0);
  });

  it.each([
    [
      { verb: 'list', resource: 'endpointslices.discovery.k8s.io' },
      'list endpointslices.discovery.k8s.io in kube-system',
    ],
    [{ verb: 'create', resource: 'pods/eviction' }, 'create pods/eviction in the whole cluster'],
    [
      { verb: 'create', resource: 'daemonsets.apps', name: 'shoot-dualstack-probe' },
      'create daemonsets.apps/shoot-dualstack-probe in kube-system',
    ],
    // Without a name, since a creation has none.
    [
      { verb: 'create', resource: 'ippools.crd.projectcalico.org', name: '' },
      'create ippools.crd.projectcalico.org in the whole cluster',
    ],
    [
      { verb: 'patch', resource: 'deployments.apps', name: 'cloud-controller-manager' },
      'patch deployments.apps/cloud-controller-manager in kube-system',
    ],
  ])('of which one is missing: just that one is named (%j)', async (access, words) => {
    const { cluster, simulator } = await startWorld();
    simulator.faults.forbid(access);
    const { missing, unknown } = await cluster.missingRights(PARTS);
    expect(inWords(missing)).toEqual([words]);
    expect(unknown).toEqual([]);
  });

  it('are asked for as the whole cluster’s where a namespace’s would not do', async () => {
    const { cluster, simulator } = await startWorld();
    simulator.faults.forbid({ verb: 'list', resource: 'pods', namespace: '' });
    expect(inWords((await cluster.missingRights(PARTS)).missing)).toEqual(['list pods in the whole cluster']);
    expect((await cluster.missingRights(['base'])).missing).toEqual([]);
  });

  it('in the garden are asked about this Shoot', async () => {
    const { garden, simulator } = await startWorld();
    simulator.faults.forbid({ verb: 'patch', resource: 'shoots.core.gardener.cloud', ...SHOOT });
    expect(inWords((await garden.missingRights()).missing)).toEqual([
      'patch shoots.core.gardener.cloud/api in garden-core',
    ]);
  });

  it('on the cloud-controller-manager are asked about where it runs, as whoever comes there', async () => {
    const { simulator, clock } = await startWorld();
    const seed = await startKubernetesSimulator({
      clock,
      serviceClusterIpRanges: [SERVICES_IPV4],
      objects: [],
    });
    onTestFinished(() => seed.stop());
    const cluster = kubernetesCluster({
      kubeconfig: parseKubeconfig(simulator.kubeconfig),
      clock,
      cloudControllerManager: { ...IN_SEED, kubeconfig: parseKubeconfig(seed.kubeconfig) },
    });
    seed.faults.forbid({ verb: 'list', resource: 'replicasets.apps', namespace: IN_SEED.namespace });
    expect(inWords((await cluster.missingRights(PARTS)).missing)).toEqual([
      'list replicasets.apps in shoot--core--api',
    ]);
    expect(seed.requests()).toEqual({ [REVIEWS]: ASKED_AT_CONTROL_PLANE });
    expect(simulator.requests()).toEqual({ [REVIEWS]: ASKED_IN_SHOOT });
  });

  it('are asked about again when an answer is lost, and an API server that is away is no answer', async () => {
    const { cluster, simulator } = await startWorld();
    simulator.faults.failRequest({ nth: 3, when: 'after', answer: 'connection-lost' });
    simulator.faults.failRequest({ nth: 9, when: 'before', answer: 503 });
    expect(await cluster.missingRights(PARTS)).toEqual({ missing: [], unknown: [] });
    simulator.faults.setServerAway(true);
    await expect(cluster.missingRights(PARTS)).rejects.toBeInstanceOf(ClusterUnavailable);
  });
});

describe('an API server that does not say', () => {
  const clock = { now: () => 0, sleep: async () => undefined };

  /** The ports over a server that answers every request so. */
  function over(status: number, body: object) {
    const seen = { requests: 0, atOnce: 0, mostAtOnce: 0 };
    const transport: Transport = async () => {
      seen.requests += 1;
      seen.atOnce += 1;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      seen.atOnce -= 1;
      return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    };
    const kubeconfig = parseKubeconfig(KUBECONFIG);
    return {
      cluster: kubernetesCluster({ kubeconfig, transport, clock }),
      garden: gardenShoot({ kubeconfig, transport, clock, ...SHOOT }),
      seen,
    };
  }

  const answer = (status: object) => ({ spec: {}, status });

  it('because one may not ask: all is unknown, in its words, and it is not asked forty times over', async () => {
    const { cluster, seen } = over(403, { kind: 'Status', reason: 'Forbidden', message: 'may not ask' });
    const { missing, unknown } = await cluster.missingRights(PARTS);
    expect(missing).toEqual([]);
    expect(unknown).toHaveLength(ASKED);
    expect(unknown[0]?.why).toContain('may not ask');
    // Those under way when the first was refused, each tried a few times.
    expect(seen.requests).toBeLessThan(2 * ASKED);
  });

  it('because an authorizer failed: unknown, not missing', async () => {
    const { garden } = over(201, answer({ allowed: false, evaluationError: 'webhook timed out' }));
    const { missing, unknown } = await garden.missingRights();
    expect(missing).toEqual([]);
    expect(unknown.map(({ why }) => why)).toEqual(['webhook timed out', 'webhook timed out']);
  });

  it('but grants, or refuses outright, in spite of an authorizer that failed: that counts', async () => {
    const evaluationError = 'webhook timed out';
    const granted = await over(201, answer({ allowed: true, evaluationError })).garden.missingRights();
    expect(granted).toEqual({ missing: [], unknown: [] });
    const refused = over(201, answer({ allowed: false, denied: true, evaluationError }));
    expect((await refused.garden.missingRights()).missing).toHaveLength(2);
  });

  it('is asked side by side, but never more than ten questions at once of each API server', async () => {
    const { cluster, seen } = over(201, answer({ allowed: true }));
    await cluster.missingRights(PARTS);
    expect(seen.requests).toBe(ASKED);
    expect(seen.mostAtOnce).toBeGreaterThanOrEqual(10);
    // Those about the shoot, and those about the control plane beside them.
    expect(seen.mostAtOnce).toBeLessThanOrEqual(10 + ASKED_AT_CONTROL_PLANE);
  });
});

const KUBECONFIG = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'c', cluster: { server: 'http://in-process.invalid' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'x',
});
