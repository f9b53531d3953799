import { describe, expect, it } from 'vitest';
import { pods, services } from '../../infra/local/cluster/index.ts';
import { ClusterObjectMissing, ClusterRefused } from '../../shared/kubernetes/errors.ts';
import {
  COREDNS,
  KUBE_DNS,
  PATIENTLY,
  SERVICES_IPV4,
  SERVICES_IPV6,
  startWorld,
  type World,
} from './world.ts';

const DUAL_STACK = [SERVICES_IPV4, SERVICES_IPV6];
const PREFERRED = 'fd00:10:64::a';

describe('CoreDNS', () => {
  it('is restarted once for a stamp, however often it is asked', async () => {
    const world = await startWorld();
    const { coreDns } = world.cluster;
    expect((await coreDns.state()).restartedAt).toBeUndefined();
    await coreDns.restart('2026-11-20T12:00:00Z');
    await coreDns.restart('2026-11-20T12:00:00Z');
    expect(await coreDns.state()).toMatchObject({ restartedAt: '2026-11-20T12:00:00Z' });
    expect(world.mutations()).toBe(1);
    await expect.poll(async () => (await coreDns.state()).rollout.complete, PATIENTLY).toBe(true);
    await coreDns.restart('2026-11-20T13:00:00Z');
    expect((await coreDns.state()).restartedAt).toBe('2026-11-20T13:00:00Z');
  });

  it('shows live pods only: no terminating, evicted or completed ones', async () => {
    const world = await startWorld();
    const { client } = world.simulator;
    const live = await world.cluster.coreDns.livePods();
    expect(live).toHaveLength(2);
    expect(live).toContainEqual({
      name: live[0]?.name,
      ready: true,
      addresses: [expect.stringMatching(/^100\.96\./)],
    });
    const labels = { 'k8s-app': 'kube-dns' };
    const spec = {
      containers: [{ name: 'coredns', image: 'coredns' }],
      nodeName: world.example.nodes[0]?.name ?? '',
    };
    for (const [name, phase] of [
      ['evicted', 'Failed'],
      ['completed', 'Succeeded'],
    ] as const) {
      await client.create(pods, { metadata: { name, namespace: 'kube-system', labels }, spec });
      await client.patch(
        pods,
        { namespace: 'kube-system', name },
        { kind: 'merge', body: { status: { phase } } },
        { subresource: 'status' },
      );
    }
    const terminating = { namespace: 'kube-system', name: live[0]?.name ?? '' };
    await client.patch(pods, terminating, {
      kind: 'merge',
      body: { metadata: { finalizers: ['example.com/wait'] } },
    });
    await client.delete(pods, terminating);
    const names = (await world.cluster.coreDns.livePods()).map(({ name }) => name);
    expect(names).not.toContain('evicted');
    expect(names).not.toContain('completed');
    expect(names).not.toContain(terminating.name);
    expect(names).toContain(live[1]?.name);
  });

  it('that does not exist is named', async () => {
    const world = await startWorld({
      objects: (objects) =>
        objects.filter(
          ({ kind, metadata }) =>
            kind !== 'Deployment' || Reflect.get(Object(metadata), 'name') !== COREDNS.name,
        ),
    });
    await expect(world.cluster.coreDns.state()).rejects.toThrow(ClusterObjectMissing);
  });
});

describe('the kube-dns Service', () => {
  async function clusterIps({ cluster }: World): Promise<readonly string[]> {
    return (await cluster.kubeDns.state()).clusterIps;
  }

  it('gets the preferred IPv6 address beside its IPv4 one, once', async () => {
    const world = await startWorld({ services: DUAL_STACK });
    expect(await clusterIps(world)).toEqual(['100.64.0.10']);
    await world.cluster.kubeDns.makeDualStack(PREFERRED);
    await world.cluster.kubeDns.makeDualStack(PREFERRED);
    await world.cluster.kubeDns.makeDualStack('fd00:10:64::b');
    expect(await clusterIps(world)).toEqual(['100.64.0.10', PREFERRED]);
    expect(world.mutations()).toBe(1);
    expect((await world.simulator.client.get(services, KUBE_DNS)).spec).toMatchObject({
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    });
  });

  it.each([
    ['taken by another Service', PREFERRED],
    ['outside the service range', 'fd00:dead::a'],
  ])('gets another IPv6 address when the preferred one is %s', async (_, preferred) => {
    const world = await startWorld({ services: DUAL_STACK });
    await world.simulator.client.create(services, {
      metadata: { name: 'squatter', namespace: 'default' },
      spec: { clusterIP: PREFERRED, ipFamilies: ['IPv6'], ports: [{ port: 80 }] },
    });
    await world.cluster.kubeDns.makeDualStack(preferred);
    const [ipv4, ipv6] = await clusterIps(world);
    expect(ipv4).toBe('100.64.0.10');
    expect(ipv6).toMatch(/^fd00:10:64::/);
    expect(ipv6).not.toBe(PREFERRED);
  });

  it('stays as it is when the API server is not dual-stack, with an error', async () => {
    const world = await startWorld();
    await expect(world.cluster.kubeDns.makeDualStack(PREFERRED)).rejects.toThrow(ClusterRefused);
    expect(await clusterIps(world)).toEqual(['100.64.0.10']);
  });

  it.each([409, 503, 'connection-lost'] as const)(
    'is changed once although the change is answered by %s',
    async (answer) => {
      const world = await startWorld({ services: DUAL_STACK });
      world.simulator.faults.failRequest({
        match: { verb: 'patch', resource: 'services' },
        when: answer === 409 ? 'before' : 'after',
        answer,
      });
      await world.cluster.kubeDns.makeDualStack(PREFERRED);
      expect(await clusterIps(world)).toEqual(['100.64.0.10', PREFERRED]);
      expect(world.simulator.requests()['patch services']).toBe(answer === 409 ? 2 : 1);
    },
  );

  it('whose first address is not IPv4 is not touched', async () => {
    const world = await startWorld({
      services: DUAL_STACK,
      objects: (objects) =>
        objects.map((object) =>
          object.kind === 'Service' && Reflect.get(Object(object.metadata), 'name') === KUBE_DNS.name
            ? { ...object, spec: { clusterIP: PREFERRED, ipFamilies: ['IPv6'], ports: [{ port: 53 }] } }
            : object,
        ),
    });
    await expect(world.cluster.kubeDns.makeDualStack('fd00:10:64::b')).rejects.toThrow(
      'expected an IPv4 address',
    );
    expect(world.mutations()).toBe(0);
  });

  it('shows ready endpoints by family', async () => {
    const world = await startWorld();
    await expect
      .poll(async () => (await world.cluster.kubeDns.state()).endpoints, PATIENTLY)
      .toEqual({ IPv4: 2, IPv6: 0 });
  });
});

describe('whether the API server accepts dual-stack Services', () => {
  it('is asked without creating one', async () => {
    const world = await startWorld();
    expect(await world.cluster.acceptsDualStackServices()).toBe(false);
    await world.simulator.setServiceClusterIpRanges(DUAL_STACK);
    expect(await world.cluster.acceptsDualStackServices()).toBe(true);
    const { items } = await world.simulator.client.list(services);
    expect(items.filter(({ metadata }) => metadata.name.startsWith('dual-stack-probe'))).toEqual([]);
  });

  it('is no when it may not be asked only if the answer was about the Service', async () => {
    const world = await startWorld();
    world.simulator.faults.failRequest({ match: { verb: 'create' }, when: 'before', answer: 403 });
    await expect(world.cluster.acceptsDualStackServices()).rejects.toThrow(ClusterRefused);
  });
});
