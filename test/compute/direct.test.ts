import { describe, expect, it } from 'vitest';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import type { Fault, Switches, WireRequest } from '../../infra/local/gce/index.ts';
import { computeInProcess, directClients, inProcessTransport } from '../../infra/local/gce/index.ts';
import { seededRandom } from '../../infra/local/random.ts';
import type { Compute } from '../../shared/compute/compute.ts';
import { ComputeRefused } from '../../shared/compute/errors.ts';
import { googleCompute } from '../../shared/compute/google/index.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { withPodRange } from './world.ts';

const CLUSTER = exampleCluster({ nodes: 3 });
const NETWORK = CLUSTER.technicalId;
const SUBNET = `${NETWORK}-nodes`;
const RANGE = { name: 'more', range: '10.200.0.0/16' };
const RULE = { name: 'probe', network: NETWORK, sources: ['10.0.0.0/8'], allowed: [{ protocol: 'icmp' }] };

interface Told {
  /** What each call came to, with its instant. */
  readonly outcomes: readonly unknown[];
  /** What arrived at the simulator. */
  readonly requests: readonly object[];
}

interface Circumstances {
  readonly faults?: readonly Fault[];
  readonly switches?: Partial<Switches>;
  readonly unreachable?: string;
}

/** Makes the calls one after the other over a new project, through Google's clients or past them. */
async function told(
  way: 'google' | 'direct',
  calls: readonly ((compute: Compute) => Promise<unknown>)[],
  { faults = [], switches = {}, unreachable }: Circumstances,
): Promise<Told> {
  const clock = virtualClock();
  const scenario = withPodRange(computeScenario(CLUSTER));
  const simulator = computeInProcess({ clock, scenario, switches, random: seededRandom(3) });
  for (const fault of faults) simulator.faults.add(fault);
  if (unreachable !== undefined) simulator.unreachable.add(unreachable);
  const requests: object[] = [];
  const answer = async (request: WireRequest) => {
    requests.push(textOf(request));
    const answered = await simulator.answer(request);
    frozen(answered.body);
    return answered;
  };
  let made = 0;
  const compute = googleCompute({
    project: CLUSTER.project,
    region: CLUSTER.region,
    clock,
    random: seededRandom(5),
    newRequestId: () => {
      made += 1;
      return `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
    },
    ...(way === 'direct'
      ? { clients: directClients(answer) }
      : { transport: await inProcessTransport({ answer }) }),
  });
  const outcomes: unknown[] = [];
  for (const call of calls) {
    const outcome = await clock.until(call(compute).catch((error: unknown) => seen(error)));
    outcomes.push({ outcome, at: clock.now() });
  }
  return { outcomes, requests };
}

/** Path, query in any order, body: the same for the same request whoever writes it. */
function textOf({ method, url, body }: WireRequest) {
  const { pathname, searchParams } = new URL(url, 'http://x');
  const query = Object.fromEntries([...searchParams].sort());
  const content: unknown = body === '' || body === '""' ? undefined : JSON.parse(body);
  return { method, path: decodeURIComponent(pathname), query, content };
}

/** All that the product can see of an error. */
function seen(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  return {
    name,
    message,
    kind: error.constructor.name,
    ...(error instanceof ComputeRefused && { code: error.code }),
  };
}

/** What the simulator gives away is its own: an adapter that changed it would now fail. */
function frozen(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
}

const [first] = CLUSTER.nodes;
if (first === undefined) throw new Error('the example cluster has no nodes');
const INSTANCE = { name: first.name, zone: first.zone };
const ALIAS = { range: first.podCidr, rangeName: 'ipv4-pod-cidr' };
const ROUTE = `${NETWORK.slice(0, 26)}-${first.uid}`;

/** Every method of the port, each in the ways in which it asks something else of a client. */
const CALLS: Readonly<Record<string, readonly ((compute: Compute) => Promise<unknown>)[]>> = {
  'the project': [(compute) => compute.project()],
  'a network': [(compute) => compute.network(NETWORK), (compute) => compute.network('none')],
  subnets: [
    (compute) => compute.subnets(NETWORK),
    (compute) => compute.subnet(SUBNET),
    (compute) => compute.subnet('none'),
    (compute) =>
      compute.createDualStackSubnet({ name: 'other', network: NETWORK, range: parseCidr('10.240.0.0/20') }),
    (compute) => compute.subnet('other'),
    (compute) => compute.deleteSubnet('other'),
    (compute) => compute.deleteSubnet('other'),
    (compute) =>
      compute.createDualStackSubnet({ name: 'bad', network: NETWORK, range: parseCidr('100.100.0.0/20') }),
  ],
  'a subnet changed': [
    (compute) => compute.enableExternalIpv6(SUBNET),
    (compute) => compute.enableExternalIpv6(SUBNET),
    (compute) => compute.subnet(SUBNET),
    (compute) => compute.addSecondaryRange(SUBNET, RANGE),
    (compute) => compute.removeSecondaryRange(SUBNET, RANGE.name),
    (compute) => compute.removeSecondaryRange(SUBNET, 'ipv4-pod-cidr'),
    (compute) => compute.setRoutesOverlap(SUBNET, false),
    (compute) => compute.disableIpv6(SUBNET),
    (compute) => compute.subnet(SUBNET),
  ],
  routes: [
    (compute) => compute.routes(NETWORK),
    (compute) => compute.deleteRoute(ROUTE),
    (compute) => compute.deleteRoute(ROUTE),
    (compute) =>
      compute.createRoute({
        name: ROUTE,
        network: NETWORK,
        destination: first.podCidr,
        description: 'k8s-node-route',
        priority: 1000,
        nextHop: INSTANCE,
      }),
    (compute) =>
      compute.createRoute({
        name: 'nowhere',
        network: NETWORK,
        destination: first.podCidr,
        description: '',
        priority: 1000,
        nextHop: { ...INSTANCE, name: 'gone' },
      }),
    (compute) => compute.routes(NETWORK),
  ],
  'aliases, with and without a list before': [
    (compute) => compute.addAlias(INSTANCE, ALIAS),
    (compute) => compute.addAlias(INSTANCE, ALIAS),
    (compute) => compute.instances(SUBNET),
    (compute) => compute.removeAlias(INSTANCE, ALIAS),
    (compute) => compute.instances(SUBNET),
    (compute) => compute.addAlias(INSTANCE, ALIAS),
    (compute) => compute.addAlias({ ...INSTANCE, name: 'gone' }, ALIAS),
    (compute) => compute.addAlias(INSTANCE, { range: '1.2.3.0/24', rangeName: 'none' }),
    (compute) => compute.countInstances(NETWORK),
  ],
  'firewall rules': [
    // An empty list is not sent.
    (compute) => compute.putFirewallRule({ ...RULE, name: 'for-none', sources: [] }),
    (compute) => compute.firewallRule('probe'),
    (compute) => compute.putFirewallRule(RULE),
    (compute) => compute.putFirewallRule(RULE),
    (compute) => compute.putFirewallRule({ ...RULE, allowed: [{ protocol: 'tcp', ports: ['1-65535'] }] }),
    (compute) => compute.firewallRule('probe'),
    (compute) => compute.deleteFirewallRule('probe'),
    (compute) => compute.deleteFirewallRule('probe'),
  ],
};

const CIRCUMSTANCES: Readonly<Record<string, Circumstances>> = {
  'nothing in the way': {},
  'a PATCH without effect answered with 304': { switches: { noOpPatch: '304' } },
  'waits that end at once': { switches: { operationWait: 'at-once' } },
  'a zone that cannot be reached': {
    unreachable: `zones/${INSTANCE.zone}`,
    switches: { partialLists: 'unreachables' },
  },
};

async function bothWays(
  calls: readonly ((compute: Compute) => Promise<unknown>)[],
  circumstances: Circumstances,
): Promise<void> {
  const google = await told('google', calls, circumstances);
  const direct = await told('direct', calls, circumstances);
  expect(direct.requests).toEqual(google.requests);
  expect(direct.outcomes).toEqual(google.outcomes);
}

describe('without Google’s clients the adapter asks for the same, sees the same and takes as long', () => {
  for (const [name, circumstances] of Object.entries(CIRCUMSTANCES)) {
    it.each(Object.keys(CALLS))(`%s: ${name}`, async (what) => {
      await bothWays(CALLS[what] ?? [], circumstances);
    });
  }

  const METHODS: Readonly<Record<string, string>> = {
    'projects.get': 'the project',
    'subnetworks.aggregatedList': 'subnets',
    'subnetworks.patch': 'a subnet changed',
    'routes.list': 'routes',
    'routes.delete': 'routes',
    'globalOperations.wait': 'routes',
    'instances.updateNetworkInterface': 'aliases, with and without a list before',
    'firewalls.insert': 'firewall rules',
  };
  it.each(Object.keys(METHODS))('%s: connections that break before, after and always', async (method) => {
    const struck: readonly (readonly Fault[])[] = [
      [
        { method, kind: 'drop-connection', effect: 'none' },
        { method, kind: 'drop-connection', effect: 'after', call: 3 },
      ],
      [{ method, kind: 'drop-connection', call: 'every' }],
    ];
    for (const faults of struck) await bothWays(CALLS[METHODS[method] ?? ''] ?? [], { faults });
  });

  it.each([
    [400, 'invalid'],
    [400, 'resourceNotReady'],
    [401, 'authError'],
    [403, 'forbidden'],
    [403, 'rateLimitExceeded'],
    [404, 'notFound'],
    [408, 'requestTimeout'],
    [409, 'alreadyExists'],
    [412, 'conditionNotMet'],
    [429, 'rateLimitExceeded'],
    [500, 'internalError'],
    [503, 'backendError'],
  ])('HTTP %i %s, once and at every call', async (code, reason) => {
    for (const method of ['subnetworks.get', 'subnetworks.patch', 'regionOperations.wait']) {
      for (const call of [1, 'every'] as const) {
        const faults: readonly Fault[] = [{ method, kind: 'http-error', code, reason, call }];
        await bothWays((CALLS['a subnet changed'] ?? []).slice(0, 6), { faults });
      }
    }
  });

  it.each(['RESOURCE_NOT_READY', 'CONDITION_NOT_MET', 'QUOTA_EXCEEDED', 'RESOURCE_NOT_FOUND'])(
    'an operation that ends with %s',
    async (reason) => {
      for (const method of ['subnetworks.patch', 'routes.delete', 'instances.updateNetworkInterface']) {
        const faults: readonly Fault[] = [{ method, kind: 'operation-error', reason }];
        const calls = ['a subnet changed', 'routes', 'aliases, with and without a list before'];
        await bothWays(
          calls.flatMap((what) => (CALLS[what] ?? []).slice(0, 6)),
          { faults },
        );
      }
    },
  );
});

describe('without Google’s clients', () => {
  it('a call ends at once with the reason of the signal', async () => {
    const clock = virtualClock();
    const simulator = computeInProcess({ clock, scenario: computeScenario(CLUSTER) });
    simulator.faults.add({ method: 'routes.delete', kind: 'hang' });
    const stop = new AbortController();
    const { project, region } = CLUSTER;
    const clients = directClients((request) => simulator.answer(request));
    const compute = googleCompute({ project, region, clock, clients, signal: stop.signal });
    const ended = expect(compute.deleteRoute(ROUTE)).rejects.toThrow('shutting down');
    await clock.advance(10_000);
    expect(simulator.calls().byMethod).toMatchObject({ 'globalOperations.wait': 1 });
    const then = clock.now();
    stop.abort(new Error('shutting down'));
    await ended;
    expect(clock.now()).toBe(then);
  });
});
