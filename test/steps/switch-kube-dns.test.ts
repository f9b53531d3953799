import { describe, expect, test } from 'vitest';
import { TerminalError } from '../../shared/engine/errors.ts';
import type { Ports } from '../../shared/engine/ports.ts';
import type { Cluster, ClusterIpAnswer, CoreDnsPod } from '../../shared/kubernetes/cluster.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { servicesIpv6Range } from '../../shared/steps/infrastructure-names.ts';
import { makeDualStack } from '../../shared/steps/switch-kube-dns/act.ts';
import { decideKubeDns, type KubeDnsAction } from '../../shared/steps/switch-kube-dns/decide.ts';
import {
  gatherKubeDns,
  type KubeDnsFacts,
  type ServicesRange,
} from '../../shared/steps/switch-kube-dns/gather.ts';
import { SWITCHED_AT } from '../../shared/steps/switch-kube-dns/switched.ts';
import { coreDnsPod, V4 as POD_V4, V6 as POD_V6 } from './dns-pods.ts';
import { migrationWith, portWith, SERVICES_PREFIX, servicesSubnet, silent } from './fixtures.ts';

const NOW = Date.UTC(2026, 10, 20, 22, 30);
const CLOCK = { now: () => NOW, sleep: async () => {} };
const V4 = '100.64.0.10';
const V6 = '2600:1900:4000:2::a';
const PODS = [
  coreDnsPod('a'),
  coreDnsPod('b', { addresses: ['100.96.1.4', '2600:1900:4000:1:1::4'], node: 'node-2' }),
];
const RANGE: ServicesRange = { range: servicesIpv6Range(SERVICES_PREFIX), source: 'the services subnet' };

interface Changes extends Partial<Omit<KubeDnsFacts, 'service' | 'servicesIpv6'>> {
  readonly hasSelector?: boolean;
  readonly endpoints?: readonly string[];
  readonly range?: ServicesRange | 'none';
}

function decide(clusterIps: readonly string[], changes: Changes = {}) {
  const { hasSelector = true, range = RANGE, pods = PODS, ...others } = changes;
  const endpoints = changes.endpoints ?? pods.flatMap(({ addresses }) => addresses);
  return decideKubeDns({
    now: NOW,
    switchedAt: undefined,
    service: { clusterIps, hasSelector, readyEndpoints: new Set(endpoints) },
    pods,
    servicesIpv6: range === 'none' ? undefined : range,
    acceptsDualStackServices: true,
    nodeLocalDns: undefined,
    ...others,
  });
}

describe('the second cluster IP is the tenth address', () => {
  test('of the services’ range, which is the first /108 of their subnet’s prefix', () => {
    expect(RANGE.range).toBe(parseCidr('2600:1900:4000:2::/108'));
    expect(decide([V4])).toEqual({
      kind: 'act',
      action: { kind: 'make dual-stack', pinnedIpv6: V6, within: RANGE },
    });
  });

  test('of whatever range Gardener says it is', () => {
    const range = parseCidr('fd00:10:64::/112');
    const said: ServicesRange = { range, source: 'the Shoot’s status.networking.services' };
    expect(decide([V4], { range: said })).toMatchObject({ action: { pinnedIpv6: 'fd00:10:64::a' } });
  });
});

describe('the IPv4 cluster IP is the first', () => {
  test.each([[[]], [[V6]], [[V6, V4]], [[V4, '100.64.0.11']], [['None']], [['']]])(
    'or the step is blocked: %j',
    (clusterIps) => {
      expect(decide(clusterIps)).toMatchObject({ kind: 'blocked', reason: 'KubeDnsNotIpv4First' });
    },
  );
});

describe('kube-dns is never switched', () => {
  test.each<[string, readonly CoreDnsPod[], string]>([
    ['no CoreDNS pod', [], 'there is no CoreDNS pod'],
    ['none but a terminating one', [coreDnsPod('a', { gone: 'terminating' })], 'there is no CoreDNS pod'],
    ['one with IPv4 only', [...PODS, coreDnsPod('c', { addresses: [POD_V4] })], 'c (node-1: no IPv6 address'],
    ['one with two of IPv4', [coreDnsPod('c', { addresses: [POD_V4, '100.96.0.5'] })], 'no IPv6 address'],
    [
      'one that is not ready',
      [coreDnsPod('c', { notReady: 'NodeNotReady' })],
      'c (node-1: not ready, NodeNotReady',
    ],
  ])('while there is %s', (_what, pods, message) => {
    expect(decide([V4], { pods })).toMatchObject({
      kind: 'waiting',
      reason: 'CoreDnsNotReady',
      message: expect.stringContaining(message),
    });
  });

  test('and whoever waits for a pod that will never get a second address is told so', () => {
    const never = coreDnsPod('c', { addresses: [POD_V4] });
    const starting = coreDnsPod('c', { addresses: [], notReady: 'ContainerCreating' });
    const hint = expect.stringContaining('then delete the pod');
    expect(decide([V4], { pods: [never] })).toMatchObject({ message: hint });
    expect(decide([V4], { pods: [starting] })).not.toMatchObject({ message: hint });
  });

  test('without a range for Services', () => {
    expect(decide([V4], { range: 'none' })).toMatchObject({
      kind: 'blocked',
      reason: 'ServicesRangeMissing',
    });
  });

  test('while the API server accepts no such Service', () => {
    expect(decide([V4], { acceptsDualStackServices: false })).toMatchObject({
      kind: 'waiting',
      reason: 'ControlPlaneNotDualStack',
    });
  });

  test('when it selects no pods', () => {
    expect(decide([V4], { hasSelector: false })).toMatchObject({
      kind: 'blocked',
      reason: 'KubeDnsWithoutSelector',
    });
  });
});

describe('a Service that is dual-stack is done', () => {
  test('when each live pod is a ready endpoint with both addresses, whoever switched it and whatever else there is', () => {
    const leftover = coreDnsPod('old', { gone: 'terminating', addresses: ['100.96.9.9'] });
    expect(decide([V4, V6], { range: 'none', pods: [...PODS, leftover] })).toEqual({
      kind: 'done',
      summary: `kube-dns answers at ${V4} and ${V6} with 2 endpoints of each family`,
    });
  });

  test.each([
    ['no IPv6 endpoint', [POD_V4, '100.96.1.4']],
    ['no IPv4 endpoint', [POD_V6, '2600:1900:4000:1:1::4']],
    ['one pod of two only', [POD_V4, POD_V6, '100.96.1.4']],
    ['endpoints that are no CoreDNS pods', ['100.96.7.7', '2600:1900:4000:1::7']],
  ])('not with %s', (_what, endpoints) => {
    expect(decide([V4, V6], { endpoints })).toMatchObject({
      kind: 'waiting',
      reason: 'EndpointsNotYetDualStack',
      message: expect.stringContaining('b (100.96.1.4, 2600:1900:4000:1:1::4)'),
      progress: { total: 2, unit: 'CoreDNS pods listed' },
    });
  });

  test('not while a CoreDNS pod has no IPv6 address', () => {
    const pods = [...PODS, coreDnsPod('c', { addresses: [POD_V4] })];
    expect(decide([V4, V6], { pods })).toMatchObject({ kind: 'waiting', reason: 'CoreDnsNotReady' });
  });
});

describe('the outcome says', () => {
  function summary(clusterIps: readonly string[], changes: Changes = {}): string {
    const decision = decide(clusterIps, changes);
    return decision.kind === 'done' ? decision.summary : decision.kind;
  }

  test('what Gardener will fail at when the address is not the one that it pins', () => {
    expect(summary([V4, '2600:1900:4000:2::b'])).toContain(`Gardener pins ${V6}, not 2600:1900:4000:2::b`);
    expect(summary([V4, '2600:1900:4000:2:0:0:0:a'])).not.toContain('Gardener pins');
  });

  test('what node-local-dns goes on doing when it listens at kube-dns’ own address', () => {
    const nodeLocalDns = { listensOn: ['169.254.20.10', V4] };
    const said = summary([V4, V6], { nodeLocalDns });
    expect(said).toContain(`node-local-dns goes on answering at 169.254.20.10 and ${V4}`);
    expect(said).toContain(`queries to ${V6} go to CoreDNS past its cache`);
    expect(said).not.toContain('IPVS');
  });

  test('whom node-local-dns does not serve in IPVS mode', () => {
    const said = summary([V4, V6], { nodeLocalDns: { listensOn: ['169.254.20.10'] } });
    expect(said).toContain(`it does not listen at ${V4} (kube-proxy in IPVS mode)`);
  });

  test('nothing of addresses of node-local-dns that cannot be told', () => {
    expect(summary([V4, V6], { nodeLocalDns: { listensOn: [] } })).toContain('node-local-dns is not changed');
    expect(summary([V4, V6])).not.toContain('node-local-dns');
  });
});

describe('a Service that this migration switched', () => {
  const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

  test('is looked at again, and done when it has stayed so', () => {
    expect(decide([V4, V6], { switchedAt: ago(5) })).toMatchObject({
      kind: 'waiting',
      reason: 'KubeDnsWatched',
      lookAgainAfterSeconds: 45,
    });
    expect(decide([V4, V6], { switchedAt: ago(80) })).toMatchObject({ lookAgainAfterSeconds: 10 });
    expect(decide([V4, V6], { switchedAt: ago(90) })).toMatchObject({ kind: 'done' });
  });

  test('and that has one family again is told of, and switched once more only after a while', () => {
    expect(decide([V4], { switchedAt: ago(60) })).toMatchObject({
      kind: 'waiting',
      reason: 'KubeDnsSwitchedBack',
      message: expect.stringContaining('DNSServiceMigrationReady'),
    });
    expect(decide([V4], { switchedAt: ago(600) })).toMatchObject({ kind: 'act' });
  });
});

describe('the services’ range is', () => {
  /** What a look finds when the Shoot shows these ranges and the subnet this prefix. */
  async function rangeSeen(services: unknown, prefix: string | undefined) {
    const cluster = portWith<Cluster>({
      coreDns: portWith<Cluster['coreDns']>({ pods: async () => PODS }),
      kubeDns: portWith<Cluster['kubeDns']>({
        state: async () => ({ clusterIps: [V4], hasSelector: true, readyEndpoints: new Set() }),
      }),
      nodeLocalDns: { state: async () => undefined },
      acceptsDualStackServices: async () => true,
    });
    const facts = await gatherKubeDns({
      migration: migrationWith(),
      clock: CLOCK,
      ports: {
        cluster,
        compute: portWith<Ports['compute']>({
          subnet: async () => (prefix === undefined ? undefined : servicesSubnet({ ipv6Range: prefix })),
        }),
        garden: portWith<Ports['garden']>({ shoot: async () => ({ status: { networking: { services } } }) }),
        reachability: portWith<Ports['reachability']>({}),
      },
    });
    return facts.servicesIpv6;
  }

  test('what Gardener says in the Shoot’s status, in any spelling, before what the subnet shows', async () => {
    expect(await rangeSeen(['100.64.0.0/13', 'FD00:10:64:0::/112'], SERVICES_PREFIX)).toEqual({
      range: 'fd00:10:64::/112',
      source: 'the Shoot’s status.networking.services',
    });
  });

  test.each<[string, unknown]>([
    ['has IPv4 only', ['100.64.0.0/13']],
    ['has none', undefined],
    ['cannot be understood', [7]],
  ])('the subnet’s while the status %s', async (_what, services) => {
    expect(await rangeSeen(services, SERVICES_PREFIX)).toEqual(RANGE);
    expect(await rangeSeen(services, undefined)).toBeUndefined();
  });
});

describe('the address that Gardener pins', () => {
  const ACTION: KubeDnsAction = { kind: 'make dual-stack', pinnedIpv6: V6, within: RANGE };

  async function asked(answers: Readonly<Record<string, ClusterIpAnswer>>): Promise<readonly string[]> {
    const asked: string[] = [];
    const cluster = portWith<Cluster>({
      kubeDns: portWith<Cluster['kubeDns']>({
        makeDualStack: async (ipv6) => {
          asked.push(ipv6);
          return answers[ipv6] ?? { kind: 'granted' };
        },
      }),
    });
    const ports: Ports = {
      cluster,
      compute: portWith({}),
      garden: portWith({}),
      reachability: portWith({}),
    };
    const remember = async (mark: string) => void asked.push(mark);
    await makeDualStack(ACTION, { ports, log: silent, clock: CLOCK, remember });
    return asked;
  }

  test('is taken when it is free, and that is noted afterwards', async () => {
    expect(await asked({})).toEqual([V6, SWITCHED_AT]);
  });

  test('gives way to any other when a Service has it', async () => {
    expect(await asked({ [V6]: { kind: 'taken' } })).toEqual([V6, 'any', SWITCHED_AT]);
  });

  test('is insisted on when the API server’s range is another one: no random address, but a human', async () => {
    const refused = asked({ [V6]: { kind: 'outside the range', message: 'not in the valid range' } });
    await expect(refused).rejects.toBeInstanceOf(TerminalError);
    await expect(refused).rejects.toMatchObject({
      reason: 'PinnedAddressOutsideRange',
      message: expect.stringContaining(
        `${V6}, the tenth address of ${RANGE.range} (from the services subnet)`,
      ),
      remedy: expect.stringContaining('kubectl get servicecidrs'),
    });
  });
});
