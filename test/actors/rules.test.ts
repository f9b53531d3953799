import { describe, expect, it } from 'vitest';
import { cloudControllerArguments } from '../../infra/local/actors/cloud-controller/arguments.ts';
import { nextFreePodCidr } from '../../infra/local/actors/cloud-controller/free-pod-cidr.ts';
import { planRoutes } from '../../infra/local/actors/cloud-controller/pod-routes.ts';
import { nextOperation, withoutOperation } from '../../infra/local/actors/gardenlet/operations.ts';
import { vmOrder } from '../../infra/local/actors/machines/machine-class.ts';
import { nextRollingStep, rollingUpdateOfZone } from '../../infra/local/actors/machines/rolling-update.ts';
import { WorkQueue } from '../../infra/local/actors/work-queue.ts';
import { virtualClock } from '../support/virtual-clock.ts';

describe('arguments of the cloud-controller-manager', () => {
  const read = (args: string[], command?: string[]) =>
    cloudControllerArguments({ spec: { containers: [{ name: 'ccm', args, command }] } }, 'shoot--core--api');

  it('are read in every form that a process takes, the last one winning', () => {
    expect(read(['--configure-cloud-routes=false', '--configure-cloud-routes']).configureCloudRoutes).toBe(
      true,
    );
    expect(read(['--cidr-allocator-type', 'CloudAllocator']).cidrAllocatorType).toBe('CloudAllocator');
    expect(read([], ['/ccm', '--cluster-name=other']).clusterName).toBe('other');
  });

  it('have the defaults of the component', () => {
    expect(read([])).toMatchObject({
      configureCloudRoutes: true,
      allocateNodeCidrs: false,
      cidrAllocatorType: 'RangeAllocator',
      nodeMaskSize: 24,
      dualStack: false,
    });
  });

  it('ask for both families only when the services have both', () => {
    expect(read(['--cluster-cidr=100.96.0.0/11,2600::/64']).dualStack).toBe(false);
    expect(read(['--service-cluster-ip-range=100.64.0.0/13,2600::/108']).dualStack).toBe(true);
  });
});

describe('the next free pod CIDR', () => {
  const range = '10.0.0.0/22';

  it('goes round from the last one given and skips what is taken, larger blocks too', () => {
    expect(nextFreePodCidr(range, 24, [], undefined)).toBe('10.0.0.0/24');
    expect(nextFreePodCidr(range, 24, ['10.0.2.0/24'], '10.0.1.0/24')).toBe('10.0.3.0/24');
    expect(nextFreePodCidr(range, 24, ['10.0.0.0/23'], '10.0.3.0/24')).toBe('10.0.2.0/24');
    expect(nextFreePodCidr(range, 24, ['fd00::/64', '172.16.0.0/12'], undefined)).toBe('10.0.0.0/24');
  });

  it('is none when all are taken', () => {
    expect(nextFreePodCidr(range, 24, ['10.0.0.0/8'], undefined)).toBeUndefined();
  });
});

describe('the plan of a route pass', () => {
  const route = {
    name: 'shoot--core--api-u1',
    network: 'n',
    destination: '10.0.0.0/24',
    description: 'k8s-node-route',
    nextHop: 'a',
  };
  const plan = (routes: (typeof route)[], nodes = [{ name: 'a', uid: 'u1', podCidr: '10.0.0.0/24' }]) => {
    const { missing, stale } = planRoutes({ name: 'shoot--core--api', cidr: '10.0.0.0/8' }, nodes, routes);
    return { missing: missing.map(({ name }) => name), stale: stale.map(({ name }) => name) };
  };

  it('keeps a route that fits, creates what is missing, deletes what leads elsewhere', () => {
    expect(plan([route])).toEqual({ missing: [], stale: [] });
    expect(plan([])).toEqual({ missing: ['a'], stale: [] });
    expect(plan([{ ...route, nextHop: 'b' }])).toEqual({ missing: ['a'], stale: [route.name] });
  });

  it('never deletes what is not its own: other description, other prefix, outside the cluster range', () => {
    const foreign = [
      { ...route, description: 'by hand' },
      { ...route, name: 'corporate-network' },
      { ...route, destination: '172.16.0.0/12' },
    ];
    expect(plan(foreign, []).stale).toEqual([]);
  });
});

describe('a rolling update', () => {
  const none = { available: 0, unavailable: 0 };

  it('spreads its surge over the zones, and a zone left with nothing may fall short by one', () => {
    const share = (maxSurge: number | string, index: number) =>
      rollingUpdateOfZone({ maxSurge, maxUnavailable: 0 }, { index, of: 3, replicas: 10 });
    expect([0, 1, 2].map((zone) => share(4, zone).maxSurge)).toEqual([2, 1, 1]);
    expect(share(1, 2)).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(share('25%', 1)).toEqual({ maxSurge: 3, maxUnavailable: 0 });
  });

  it('creates first, and removes only as many as are available beyond what is needed', () => {
    const limits = { maxSurge: 2, maxUnavailable: 0 };
    expect(nextRollingStep(limits, 5, { available: 5, unavailable: 0 }, none)).toEqual({
      create: 2,
      remove: 0,
    });
    const joining = { available: 0, unavailable: 2 };
    expect(nextRollingStep(limits, 5, { available: 5, unavailable: 0 }, joining)).toEqual({
      create: 0,
      remove: 0,
    });
    const joined = { available: 2, unavailable: 0 };
    expect(nextRollingStep(limits, 5, { available: 5, unavailable: 0 }, joined)).toEqual({
      create: 0,
      remove: 2,
    });
    expect(nextRollingStep(limits, 5, none, { available: 5, unavailable: 0 })).toEqual({
      create: 0,
      remove: 0,
    });
  });

  it('without surge it removes one and then creates one', () => {
    const limits = { maxSurge: 0, maxUnavailable: 1 };
    expect(nextRollingStep(limits, 3, { available: 3, unavailable: 0 }, none)).toEqual({
      create: 0,
      remove: 1,
    });
    expect(nextRollingStep(limits, 3, { available: 2, unavailable: 0 }, none)).toEqual({
      create: 1,
      remove: 0,
    });
  });

  it('removes outdated machines that serve nobody first', () => {
    const limits = { maxSurge: 1, maxUnavailable: 0 };
    expect(nextRollingStep(limits, 3, { available: 2, unavailable: 1 }, none).remove).toBe(0);
    expect(
      nextRollingStep(limits, 3, { available: 2, unavailable: 1 }, { available: 1, unavailable: 0 }).remove,
    ).toBe(1);
  });
});

describe('a machine class', () => {
  const machine = { name: 'm', zone: 'z', pool: 'p' };
  const subnet = { name: 's', network: 'n', dualStack: false, ipv6Range: undefined, secondaryRangeNames: [] };

  it('asks for an alias only out of the range that is there, and for IPv6 only in a dual-stack subnet', () => {
    expect(vmOrder(machine, subnet)).toMatchObject({ alias: undefined, dualStack: false });
    const ranges = { ...subnet, secondaryRangeNames: ['other', 'ipv4-pod-cidr'] };
    expect(vmOrder(machine, ranges).alias).toEqual({ netmask: '/24', rangeName: 'ipv4-pod-cidr' });
    expect(vmOrder(machine, { ...subnet, dualStack: true }).dualStack).toBe(true);
  });
});

describe('the operation annotation', () => {
  it('gives up only what gardenlet carries out', () => {
    expect(nextOperation('maintain')).toBeUndefined();
    expect(nextOperation('maintain; rollout-workers=a,b')).toMatchObject({ pools: ['a', 'b'] });
    expect(nextOperation('rollout-workers=*')).toMatchObject({ pools: 'all' });
    expect(withoutOperation('maintain;reconcile', 'reconcile')).toBe('maintain');
    expect(withoutOperation('reconcile', 'reconcile')).toBeNull();
  });
});

describe('a work queue', () => {
  it('works once on a key added many times, and once more on one added meanwhile', async () => {
    const clock = virtualClock();
    let calls = 0;
    const queue = new WorkQueue({
      clock,
      workers: 2,
      retry: { firstMs: 10, longestMs: 100 },
      reconcile: async () => {
        calls += 1;
        await clock.sleep(50);
        return undefined;
      },
    });
    for (let count = 0; count < 5; count += 1) queue.add('a');
    await clock.advance(20);
    queue.add('a');
    queue.add('a');
    await clock.advance(1_000);
    expect(calls).toBe(2);
    await queue.stop();
  });

  it('tries again after growing pauses, up to its number of attempts', async () => {
    const clock = virtualClock();
    const times: number[] = [];
    const start = clock.now();
    const queue = new WorkQueue({
      clock,
      workers: 1,
      attempts: 4,
      retry: { firstMs: 10, longestMs: 30 },
      reconcile: async () => {
        times.push(clock.now() - start);
        throw new Error('no');
      },
    });
    queue.add('a');
    await clock.advance(10_000);
    expect(times).toEqual([0, 10, 30, 60]);
    await queue.stop();
  });
});
