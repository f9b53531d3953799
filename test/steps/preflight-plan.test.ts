import { describe, expect, test } from 'vitest';
import { addressSpan, ipv4Cidr, parseCidr } from '../../shared/migration/cidr.ts';
import { type Plan, planSchema, STRATEGIES, type Strategy } from '../../shared/migration/plan.ts';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';
import { ipv6FirewallRules } from '../../shared/steps/enable-ipv6-subnets/firewall.ts';
import { expectedSeconds } from '../../shared/steps/preflight/duration.ts';
import type { PreflightFacts } from '../../shared/steps/preflight/gather.ts';
import { planOf } from '../../shared/steps/preflight/plan.ts';
import { NODES_PREFIX, SERVICES_PREFIX, subnet, TARGET } from './fixtures.ts';
import {
  AT,
  facts,
  instance,
  node,
  plan,
  podCidr,
  regional,
  route,
  SERVICES,
  shoot,
  withPodRange,
} from './preflight-scene.ts';

function planned(changes: Partial<PreflightFacts> = {}): Plan {
  return planOf(facts(changes));
}

function wished(strategy: Strategy, changes: Partial<PreflightFacts> = {}): Plan {
  return planned({ ...changes, plan: plan({ wish: strategy, trafficLossAcknowledgedAt: AT }) });
}

function calls({ calls: list }: Plan): Record<string, number> {
  return Object.fromEntries(list.map(({ call, count }) => [call, count]));
}

test('the plan of an ordinary cluster is overlap, complete, and survives the store', () => {
  const made = planned();
  expect(made).toMatchObject({
    strategy: 'overlap',
    steps: FORWARD_STEPS,
    madeAt: AT,
    rolloverPossible: true,
    nodesAtOnce: 2,
    nodeMaskSize: 24,
  });
  expect(made.findings.at(-1)).toMatchObject({ check: 'a-strategy-fits', severity: 'pass' });
  expect(made.expectations.length).toBeGreaterThan(3);
  expect(planSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(JSON.parse(JSON.stringify(made)));
});

describe('the way', () => {
  test('is rollover where routes carry tags', () => {
    const made = planned({ routes: [route(1, { tags: ['db'] }), route(2), route(3)] });
    expect(made.strategy).toBe('rollover');
    expect(made.notTaken[0]).toMatchObject({
      strategy: 'overlap',
      why: expect.stringMatching(/network tags/),
    });
  });

  test('is cutover where the nodes subnet is dual-stack and no block is free, and waits for an acknowledgement', () => {
    const made = planned({
      nodesSubnet: subnet('nodes', { stackType: 'IPV4_IPV6', ipv6Range: NODES_PREFIX }),
      // One stale route in the middle of either half.
      routes: [route(1), route(2), route(3), route(64), route(192)],
      shoot: shoot({ nodeMaskSize: 18 }),
    });
    expect(made).toMatchObject({ strategy: 'cutover', rolloverPossible: false });
    expect(made.findings.filter(({ severity }) => severity === 'block').map(({ reason }) => reason)).toEqual([
      'TrafficLossNotAcknowledged',
    ]);
  });

  test('cannot be rollover once the range is the whole pod CIDR', () => {
    expect(wished('rollover', { nodesSubnet: withPodRange(TARGET.pods) })).toMatchObject({
      strategy: 'overlap',
      rolloverPossible: false,
    });
  });

  test.each<[what: string, changes: Partial<PreflightFacts>, block: string | undefined]>([
    ['the nodes', {}, '100.96.128.0/17'],
    [
      'a stale route',
      { routes: [route(1), route(2), route(3), route(255, { nextHopGone: true })] },
      '100.96.64.0/18',
    ],
    [
      'a node without route',
      { nodes: [node(1), node(200)], instances: [instance(1), instance(200)] },
      '100.96.64.0/18',
    ],
    [
      'an alias',
      {
        instances: [
          instance(1),
          instance(2),
          instance(3, {
            aliases: [
              { range: podCidr(3), rangeName: 'x' },
              { range: podCidr(130), rangeName: 'x' },
            ],
          }),
        ],
      },
      '100.96.64.0/18',
    ],
    [
      'another subnet',
      { subnets: [regional(subnet('nodes', { range: '100.96.160.0/20' }), 'us-east1')] },
      '100.96.64.0/18',
    ],
    [
      'not what is broader than the pod CIDR',
      { routes: [route(1), route(9, { name: 'default', description: '', destination: '0.0.0.0/0' })] },
      '100.96.128.0/17',
    ],
  ])('by rollover keeps clear of %s', (_what, changes, block) => {
    expect(wished('rollover', changes).why).toContain(`out of ${block},`);
  });

  test('by rollover needs a block for every node and for those that come before others went', () => {
    const half = {
      shoot: shoot({ nodeMaskSize: 18, workers: [{ name: 'worker', maxSurge: 1, maxUnavailable: 0 }] }),
    };
    const few = { ...half, nodes: [node(1)], instances: [instance(1)], routes: [route(1)] };
    expect(wished('rollover', few)).toMatchObject({ strategy: 'rollover' });
    expect(wished('rollover', half)).toMatchObject({ strategy: 'overlap', rolloverPossible: false });
  });
});

describe('calls that change something', () => {
  test('are counted for overlap', () => {
    expect(calls(planned())).toEqual({
      'subnetworks.insert': 1,
      // Internal and nodes subnet dual-stack; flag on, range, flag off.
      'subnetworks.patch': 5,
      'firewalls.insert': 2,
      'firewalls.patch': 1,
      'instances.updateNetworkInterface': 3,
      'routes.delete': 3,
      'apply daemonsets.apps': 1,
      'delete daemonsets.apps': 1,
      'apply configmaps': 1,
      'delete configmaps': 1,
      'apply networkpolicies.networking.k8s.io': 1,
      'delete networkpolicies.networking.k8s.io': 1,
      'apply priorityclasses.scheduling.k8s.io': 1,
      'delete priorityclasses.scheduling.k8s.io': 1,
      'patch daemonsets.apps': 1,
      'patch deployments.apps': 2,
      'create ippools.crd.projectcalico.org': 1,
      'patch configmaps': 1,
      'patch services': 1,
      'patch shoots.core.gardener.cloud': 2,
    });
  });

  test('are those of the network plugin that the shoot has', () => {
    const counted = calls(planned({ target: { ...TARGET, networkType: 'cilium' } }));
    expect(counted).not.toHaveProperty('create ippools.crd.projectcalico.org');
    // The operator comes on top of the cloud-controller-manager and CoreDNS.
    expect(counted).toMatchObject({
      'patch configmaps': 1,
      'patch daemonsets.apps': 1,
      'patch deployments.apps': 3,
    });
  });

  test('of rollover touch no NIC and no flag', () => {
    const counted = calls(wished('rollover'));
    expect(counted).toMatchObject({ 'subnetworks.patch': 3, 'routes.delete': 3 });
    expect(counted).not.toHaveProperty('instances.updateNetworkInterface');
  });

  test('of cutover touch no flag', () => {
    expect(calls(wished('cutover'))).toMatchObject({
      'subnetworks.patch': 3,
      'instances.updateNetworkInterface': 3,
      'routes.delete': 3,
    });
  });

  test('are only those that are still needed', () => {
    const done = planned({
      nodesSubnet: withPodRange(TARGET.pods, { stackType: 'IPV4_IPV6', ipv6Range: NODES_PREFIX }),
      internalSubnet: undefined,
      servicesSubnet: SERVICES,
      firewallRules: ipv6FirewallRules(TARGET, [NODES_PREFIX, SERVICES_PREFIX]),
      routes: [],
      instances: [1, 2, 3].map((index) =>
        instance(index, { aliases: [{ range: podCidr(index), rangeName: 'ipv4-pod-cidr' }] }),
      ),
      cloudControllerManager: {
        managesRoutes: false,
        allocatesFromAliases: true,
        rollout: { complete: true, updated: 1, desired: 1 },
        oldPods: 0,
      },
    });
    expect(calls(done)).toMatchObject({ 'patch deployments.apps': 1 });
    expect(Object.keys(calls(done)).filter((call) => !call.includes(' '))).toEqual([]);
  });
});

describe('what was found', () => {
  test('is how things are before the first change', () => {
    const { found } = planned({
      nodesSubnet: subnet('nodes', { routesOverlapAllowed: true }),
      firewallRules: ipv6FirewallRules(TARGET, []).slice(0, 1),
    });
    expect(found).toEqual({
      nodesSubnet: { routesOverlapAllowed: true, stackType: 'IPV4_ONLY', podRange: undefined },
      internalStackType: 'IPV4_ONLY',
      servicesSubnet: false,
      firewallRules: [`${TARGET.technicalId}-allow-internal-access-ipv6`],
      managedRoutes: true,
      allocatedFromAliases: false,
    });
  });

  test('stays what the first preflight found', () => {
    const { found } = planned();
    const later = planned({
      plan: plan({ found }),
      servicesSubnet: SERVICES,
      nodesSubnet: withPodRange(TARGET.pods),
    });
    expect(later.found).toEqual(found);
  });

  test('is not made up of a cluster that cannot be looked at', () => {
    expect(planned({ cloudControllerManager: undefined }).found).toBeUndefined();
    expect(planned({ nodesSubnet: undefined }).found).toBeUndefined();
  });
});

describe('the expected duration', () => {
  const extent = { nodes: 130, toAlias: 130, podRoutes: 130, nodesAtOnce: 14 };

  test.each<[Strategy, number]>([
    // 14 + 60 + 14 + 20, 7 + 15 + 7 + 5, 40, 4.5 + 20, 10 × 11.5, 20, 2 + 2 × 14
    ['overlap', 372],
    // 40, 2 × 14 + 10, 10 × 240, 4.5
    ['rollover', 2_483],
    // 40 + 14 + 2, 4.5 + 14 + 7, 2
    ['cutover', 84],
  ])('of %s at 130 nodes', (strategy, seconds) => {
    expect(expectedSeconds(strategy, extent)).toBe(seconds);
  });

  test('grows with the nodes and shrinks with how many may go at once', () => {
    for (const strategy of STRATEGIES) {
      const more = expectedSeconds(strategy, { ...extent, nodes: 1_000, toAlias: 1_000, podRoutes: 1_000 });
      expect(more).toBeGreaterThan(expectedSeconds(strategy, extent));
      expect(expectedSeconds(strategy, { ...extent, nodesAtOnce: 1 })).toBeGreaterThanOrEqual(
        expectedSeconds(strategy, extent),
      );
    }
  });

  test('is finite for a cluster of nothing', () => {
    for (const strategy of STRATEGIES) {
      const seconds = expectedSeconds(strategy, { nodes: 0, toAlias: 0, podRoutes: 0, nodesAtOnce: 1 });
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(300);
    }
  });
});

test('a cluster of thousands is planned, with a plan that fits into a document', () => {
  const pods = parseCidr('100.64.0.0/10');
  const { first } = addressSpan(pods);
  const indices = Array.from({ length: 5_000 }, (_, index) => index);
  const range = (index: number) => ipv4Cidr(first + BigInt(index * 256), 24);
  const made = planned({
    target: { ...TARGET, pods, services: parseCidr('10.0.0.0/16') },
    shoot: shoot({ pods, services: parseCidr('10.0.0.0/16') }),
    nodes: indices.map((index) => node(index, { podCidrs: [range(index)] })),
    instances: indices.map((index) => instance(index)),
    routes: indices.map((index) => route(index, { destination: range(index) })),
  });
  expect(made).toMatchObject({ strategy: 'overlap', rolloverPossible: true });
  expect(calls(made)).toMatchObject({ 'instances.updateNetworkInterface': 5_000, 'routes.delete': 5_000 });
  expect(JSON.stringify(made).length).toBeLessThan(50_000);
});
