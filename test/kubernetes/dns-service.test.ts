import { describe, expect, it } from 'vitest';
import { endpointSlices, services } from '../../infra/local/cluster/index.ts';
import { ClusterRefused, ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import {
  KUBE_DNS,
  PATIENTLY,
  SERVICES_IPV4,
  SERVICES_IPV6,
  startWorld,
  type World,
  type WorldOptions,
} from './world.ts';

const DUAL_STACK = [SERVICES_IPV4, SERVICES_IPV6];
const WANTED = 'fd00:10:64::a';
const IPV4 = '100.64.0.10';

/** A cluster whose kube-dns has these fields of its spec instead. */
function withKubeDns(changes: object): NonNullable<WorldOptions['objects']> {
  return (objects) =>
    objects.map((object) =>
      object.kind === 'Service' && Reflect.get(Object(object.metadata), 'name') === KUBE_DNS.name
        ? { ...object, spec: { ...Object(object.spec), ...changes } }
        : object,
    );
}

async function clusterIps({ cluster }: World): Promise<readonly string[]> {
  return (await cluster.kubeDns.state()).clusterIps;
}

async function createSquatter({ simulator }: World): Promise<void> {
  await simulator.client.create(services, {
    metadata: { name: 'squatter', namespace: 'default' },
    spec: { clusterIP: WANTED, ipFamilies: ['IPv6'], ports: [{ port: 80 }] },
  });
}

describe('the kube-dns Service', () => {
  it('gets the wanted IPv6 address beside its IPv4 one, once', async () => {
    const world = await startWorld({ services: DUAL_STACK });
    expect(await clusterIps(world)).toEqual([IPV4]);
    expect(await world.cluster.kubeDns.makeDualStack(WANTED)).toEqual({ kind: 'granted' });
    await world.cluster.kubeDns.makeDualStack(WANTED);
    await world.cluster.kubeDns.makeDualStack('fd00:10:64::b');
    await world.cluster.kubeDns.makeDualStack('any');
    expect(await clusterIps(world)).toEqual([IPV4, WANTED]);
    expect(world.mutations()).toBe(1);
    expect((await world.simulator.client.get(services, KUBE_DNS)).spec).toMatchObject({
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    });
  });

  it.each([WANTED, 'any'])(
    'gets one too when it has preferred dual-stack since the API server had one family: %s',
    async (wanted) => {
      const world = await startWorld({ objects: withKubeDns({ ipFamilyPolicy: 'PreferDualStack' }) });
      await world.simulator.setServiceClusterIpRanges(DUAL_STACK);
      expect(await clusterIps(world)).toEqual([IPV4]);
      await world.cluster.kubeDns.makeDualStack(wanted);
      const [ipv4, ipv6] = await clusterIps(world);
      expect(ipv4).toBe(IPV4);
      expect(ipv6).toMatch(wanted === 'any' ? /^fd00:10:64::/ : wanted);
    },
  );

  it('stays as it is when another Service has the address, and gets any other when asked for', async () => {
    const world = await startWorld({ services: DUAL_STACK });
    await createSquatter(world);
    expect(await world.cluster.kubeDns.makeDualStack(WANTED)).toEqual({ kind: 'taken' });
    expect(await clusterIps(world)).toEqual([IPV4]);
    expect(await world.cluster.kubeDns.makeDualStack('any')).toEqual({ kind: 'granted' });
    const [ipv4, ipv6] = await clusterIps(world);
    expect(ipv4).toBe(IPV4);
    expect(ipv6).toMatch(/^fd00:10:64::/);
    expect(ipv6).not.toBe(WANTED);
  });

  it('stays as it is when the address is outside the range, with the API server’s sentence', async () => {
    const world = await startWorld({ services: DUAL_STACK });
    expect(await world.cluster.kubeDns.makeDualStack('fd00:dead::a')).toEqual({
      kind: 'outside the range',
      message: expect.stringContaining('failed to allocate IP fd00:dead::a'),
    });
    expect(await clusterIps(world)).toEqual([IPV4]);
  });

  it('stays as it is while the API server has one family, and that is worth another try', async () => {
    const world = await startWorld();
    await expect(world.cluster.kubeDns.makeDualStack(WANTED)).rejects.toThrow(ClusterUnavailable);
    expect(await clusterIps(world)).toEqual([IPV4]);
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
      await world.cluster.kubeDns.makeDualStack(WANTED);
      expect(await clusterIps(world)).toEqual([IPV4, WANTED]);
      expect(world.simulator.requests()['patch services']).toBe(answer === 409 ? 2 : 1);
    },
  );

  it.each([
    ['IPv6', { clusterIP: WANTED, clusterIPs: [WANTED], ipFamilies: ['IPv6'] }],
    ['None', { clusterIP: 'None', clusterIPs: ['None'] }],
  ])('whose first address is not IPv4 is not touched: %s', async (_, spec) => {
    const world = await startWorld({ services: DUAL_STACK, objects: withKubeDns(spec) });
    await expect(world.cluster.kubeDns.makeDualStack('fd00:10:64::b')).rejects.toThrow(ClusterRefused);
    expect(world.mutations()).toBe(0);
  });

  it('is refused for another reason with an error', async () => {
    const world = await startWorld({ services: DUAL_STACK });
    world.simulator.faults.failRequest({ match: { verb: 'patch' }, when: 'before', answer: 422 });
    await expect(world.cluster.kubeDns.makeDualStack(WANTED)).rejects.toThrow(ClusterRefused);
  });

  it('shows whether it selects pods at all', async () => {
    expect((await (await startWorld()).cluster.kubeDns.state()).hasSelector).toBe(true);
    const without = await startWorld({ objects: withKubeDns({ selector: {} }) });
    expect((await without.cluster.kubeDns.state()).hasSelector).toBe(false);
  });

  it('shows the ready endpoints of all of its slices, and no others', async () => {
    const world = await startWorld({ objects: withKubeDns({ selector: { app: 'nobody' } }) });
    const endpoint = (address: string, conditions: object) => ({
      addresses: [address],
      conditions: { ...conditions },
    });
    const slices = [
      ['IPv4', endpoint('100.96.0.2', { ready: true, serving: true, terminating: false })],
      ['IPv4', endpoint('100.96.0.3', {})],
      ['IPv4', endpoint('100.96.0.4', { ready: false, serving: true, terminating: true })],
      ['IPv6', endpoint('2600::2', { ready: true })],
      ['IPv6', endpoint('2600::4', { ready: false })],
    ] as const;
    for (const [index, [addressType, one]] of slices.entries()) {
      await world.simulator.client.create(endpointSlices, {
        metadata: {
          name: `kube-dns-${index}`,
          namespace: KUBE_DNS.namespace,
          labels: { 'kubernetes.io/service-name': KUBE_DNS.name },
        },
        addressType,
        endpoints: [one],
        ports: [],
      });
    }
    const { readyEndpoints } = await world.cluster.kubeDns.state();
    expect([...readyEndpoints].sort()).toEqual(['100.96.0.2', '100.96.0.3', '2600::2']);
  });

  it('has each CoreDNS pod among them', async () => {
    const world = await startWorld();
    const addresses = (await world.cluster.coreDns.pods()).flatMap((pod) => pod.addresses).sort();
    expect(addresses).toHaveLength(2);
    await expect
      .poll(async () => [...(await world.cluster.kubeDns.state()).readyEndpoints].sort(), PATIENTLY)
      .toEqual(addresses);
  });
});
