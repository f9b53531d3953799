import { expect, it, onTestFinished } from 'vitest';
import type { Cluster } from '../../../infra/local/cluster/index.ts';
import {
  configMaps,
  daemonSets,
  networkPolicies,
  nodes as nodeResource,
  pods,
  priorityClasses,
  startKubernetesSimulator,
} from '../../../infra/local/cluster/index.ts';
import { clusterScenario, nodeObject } from '../../../infra/local/example/cluster-scenario.ts';
import { exampleCluster } from '../../../infra/local/example/nodes.ts';
import { systemClock } from '../../../shared/clock.ts';
import { parseKubeconfig, probeReachability } from '../../../shared/kubernetes/client/index.ts';
import { contains, parseCidr } from '../../../shared/migration/cidr.ts';
import { SERVICES_IPV4 } from '../world.ts';
import { IMAGE, probeWorld } from './probe-world.ts';

const PROBE = { namespace: 'kube-system', name: 'shoot-dualstack-probe' };

async function probePods({ client }: Cluster) {
  const { items } = await client.list(pods, {
    labelSelector: 'app.kubernetes.io/name=shoot-dualstack-probe',
  });
  return items;
}

function mutations({ gate }: Cluster): number {
  return Object.entries(gate.counts())
    .filter(([request]) => !/^(get|list) /.test(request))
    .reduce((sum, [, count]) => sum + count, 0);
}

it('every node gets a probe pod with an address of its own pod CIDR', async () => {
  const { clock, reachability, simulated, nodes } = probeWorld();
  await clock.until(reachability.prepare());
  const placed = await probePods(simulated);
  expect(placed.map(({ spec }) => spec.nodeName).sort()).toEqual(nodes.map(({ name }) => name).sort());
  for (const { spec, status } of placed) {
    const node = nodes.find(({ name }) => name === spec.nodeName);
    expect(contains(parseCidr(node?.podCidr ?? ''), parseCidr(`${status?.podIP}/32`))).toBe(true);
  }
});

it('a probe pod may do nothing but serve, and takes the place of nobody', async () => {
  const { clock, reachability, simulated } = probeWorld();
  await clock.until(reachability.prepare());
  const { spec } = (await simulated.client.get(daemonSets, PROBE)).spec.template;
  expect(spec).toMatchObject({
    hostNetwork: false,
    automountServiceAccountToken: false,
    tolerations: [{ operator: 'Exists' }],
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        image: IMAGE,
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  });
  expect(await simulated.client.get(priorityClasses, { name: PROBE.name })).toMatchObject({
    preemptionPolicy: 'Never',
  });
});

it('a second preparation changes nothing, and takes in a node that joined since', async () => {
  const { clock, reachability, simulated, nodes } = probeWorld(3);
  await clock.until(reachability.prepare());
  const before = mutations(simulated);
  await clock.until(reachability.prepare());
  expect(mutations(simulated)).toBe(before);

  const grown = exampleCluster({ nodes: 4 });
  const [joined] = grown.nodes.slice(3);
  if (joined === undefined) throw new Error('the cluster has not grown');
  await simulated.client.create(nodeResource, nodeObject(grown, joined));
  await clock.until(reachability.prepare());
  expect(await probePods(simulated)).toHaveLength(nodes.length + 1);
  expect(await clock.until(reachability.unreached([joined]))).toEqual([]);
});

it('what somebody changed is changed back, and pods that are not as they should be do not count', async () => {
  const world = probeWorld(3);
  const { clock, simulated } = world;
  await clock.until(world.reachability.prepare());
  const script = (await simulated.client.get(configMaps, PROBE)).data?.reach;
  await simulated.client.patch(configMaps, PROBE, { kind: 'merge', body: { data: { reach: 'exit 1' } } });
  const image = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'other' }] as const;
  await simulated.client.patch(daemonSets, PROBE, { kind: 'json', body: image });
  const label = [
    { op: 'replace', path: '/spec/template/metadata/labels/shoot-dualstack~1probe-version', value: 'x' },
  ] as const;
  await simulated.client.patch(daemonSets, PROBE, { kind: 'json', body: label });
  await clock.advance(60_000);
  expect(await clock.until(world.reachability.unreached(world.nodes))).toHaveLength(3);

  await clock.until(world.reachability.prepare());
  expect((await simulated.client.get(configMaps, PROBE)).data?.reach).toBe(script);
  const [container] = (await simulated.client.get(daemonSets, PROBE)).spec.template.spec.containers;
  expect(container?.image).toBe(IMAGE);
  expect(await clock.until(world.reachability.unreached(world.nodes))).toEqual([]);
});

it('a ready node whose probe pod does not start is waited for, but not for ever', async () => {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'no-pod-cidr' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const { clock, reachability, simulated } = probeWorld(2);
  await simulated.client.create(nodeResource, node);
  const before = clock.now();
  await clock.until(reachability.prepare());
  expect(clock.now() - before).toBeGreaterThanOrEqual(120_000);
  expect(clock.now() - before).toBeLessThan(130_000);
});

it('a node that is not ready is not waited for', async () => {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'broken' },
    status: { conditions: [{ type: 'Ready', status: 'False' }] },
  };
  const { clock, reachability } = probeWorld(2, (objects) => [...objects, node]);
  const before = clock.now();
  await clock.until(reachability.prepare());
  expect(clock.now() - before).toBeLessThan(60_000);
});

it('removal leaves nothing behind, and may be repeated', async () => {
  const { clock, reachability, simulated } = probeWorld(3);
  await clock.until(reachability.remove());
  await clock.until(reachability.prepare());
  await clock.until(reachability.remove());
  await clock.until(reachability.remove());
  await clock.advance(120_000);
  expect(await probePods(simulated)).toEqual([]);
  for (const resource of [daemonSets, configMaps, networkPolicies, priorityClasses]) {
    const { items } = await simulated.client.list(resource);
    expect(items.map(({ metadata }) => metadata.name)).not.toContain(PROBE.name);
  }
});

it('lost answers are repeated while it is set up and removed', async () => {
  const { clock, reachability, simulated } = probeWorld(3);
  for (const verb of ['patch', 'delete'] as const) {
    simulated.gate.failRequest({ match: { verb }, nth: 2, when: 'after', answer: 'connection-lost' });
  }
  await clock.until(reachability.prepare());
  await clock.until(reachability.remove());
  expect((await simulated.client.list(daemonSets)).items.map(({ metadata }) => metadata.name)).not.toContain(
    PROBE.name,
  );
});

it('a preparation ends with the run', async () => {
  const ending = new AbortController();
  const { clock, reachability } = probeWorld(2, (objects) => objects, ending.signal);
  const prepared = reachability.prepare();
  await clock.sleeperOf(3_000);
  ending.abort(new Error('the run is over'));
  await expect(prepared).rejects.toThrow('the run is over');
});

it('questions and answers travel over HTTP as they do in process', async () => {
  const example = exampleCluster({ nodes: 3 });
  const bodies: string[] = [];
  const simulator = await startKubernetesSimulator({
    clock: systemClock,
    objects: clusterScenario(example),
    serviceClusterIpRanges: [SERVICES_IPV4],
    delays: { reaction: [0, 1], podStart: [1, 2] },
    podProxy: (_pod, port, { method, path, body }) => {
      bodies.push(`${method} ${port}${path} ${body}`);
      return { status: 200, contentType: 'text/plain', body };
    },
  });
  onTestFinished(() => simulator.stop());
  const kubeconfig = parseKubeconfig(simulator.kubeconfig);
  const impatient = {
    ...systemClock,
    sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(5, signal),
  };
  const reachability = probeReachability({ kubeconfig, clock: impatient, image: IMAGE });
  await reachability.prepare();
  expect(await reachability.unreached(example.nodes.slice(0, 1))).toEqual([]);
  expect(bodies[0]).toMatch(/^POST 8080\/cgi-bin\/reach 100\.96\.0\.\d+\n/);
});
