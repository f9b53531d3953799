import type { Compute, Instance, Network } from '../../shared/compute/compute.ts';
import { ComputeRefused, ResourceNotFound } from '../../shared/compute/errors.ts';
import { TerminalError } from '../../shared/engine/errors.ts';
import type { RoundResult, StepRun } from '../../shared/engine/step.ts';
import type { CloudControllerManager, Cluster } from '../../shared/kubernetes/cluster.ts';
import type { Garden } from '../../shared/kubernetes/garden.ts';
import { contains, parseCidr } from '../../shared/migration/cidr.ts';
import type { RouteAction } from '../../shared/steps/migrate-routes/actions.ts';
import { decideRoutes } from '../../shared/steps/migrate-routes/decide.ts';
import { gatherRoutes, type RouteFacts } from '../../shared/steps/migrate-routes/gather.ts';
import { migrateRoutes } from '../../shared/steps/migrate-routes/index.ts';
import { NODES_PREFIX, portWith, servicesSubnet, silent } from './fixtures.ts';
import { Crash, type RoutesWorld } from './routes-world.ts';

/** One round of the real step in the model world. A crash ends it like any other error. */
export async function round(world: RoutesWorld): Promise<RoundResult> {
  world.restart();
  return await migrateRoutes.round(runIn(world));
}

/** What the step decides there now, with these changes to what it sees. */
export async function decide(
  world: RoutesWorld,
  change: (facts: RouteFacts) => RouteFacts = (facts) => facts,
) {
  return decideRoutes(change(await gatherRoutes(runIn(world))));
}

/** Runs rounds until the step is done or blocked, or `until` holds; answers how it ended. */
export async function migrate(world: RoutesWorld, until: () => boolean = () => false): Promise<string> {
  for (let rounds = 0; rounds < 100 && !until(); rounds += 1) {
    try {
      const result = await round(world);
      if (result.kind === 'done') return 'done';
      if (result.kind === 'blocked') return `blocked: ${result.reason}`;
      world.passTime(result.kind === 'waiting' ? result.lookAgainAfterSeconds : 1);
    } catch (error) {
      if (error instanceof TerminalError) return `blocked: ${error.reason}: ${error.message}`;
      if (!(error instanceof Crash)) throw error;
    }
  }
  return 'under way';
}

/** Runs rounds until the step would do this next. */
export async function upTo(world: RoutesWorld, action: RouteAction['kind']): Promise<void> {
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const decision = await decide(world);
    if (decision.kind === 'act' && decision.action.kind === action) return;
    await round(world);
    if (decision.kind === 'waiting') world.passTime(decision.lookAgainAfterSeconds);
  }
  throw new Error(`the step never came to "${action}"`);
}

/** Every deletion of a route so far. */
export function deletions(world: RoutesWorld): string[] {
  return world.journal.filter((line) => line.startsWith('delete'));
}

/** What the step works with there. */
export function runIn(world: RoutesWorld): StepRun {
  return {
    get migration() {
      return world.migration;
    },
    clock: {
      now: () => world.now,
      sleep: async (milliseconds) => world.passTime(milliseconds / 1000),
    },
    log: silent,
    cause: 'engine',
    signal: new AbortController().signal,
    remember: (mark, value) =>
      world.call(`remember ${mark}`, () => {
        world.migration = { ...world.migration, marks: { ...world.migration.marks, [mark]: value } };
        world.onRemember(mark, value);
      }),
    report: () => world.call('report', () => undefined),
    replan: (plan) =>
      world.call(`replan ${plan.strategy}`, () => {
        world.migration = { ...world.migration, plan };
        world.journal.push(`replan ${plan.strategy}`);
      }),
    podRoutes: () => world.call('read records', () => new Map(world.records)),
    savePodRoutes: (records) =>
      world.call('save records', () => {
        for (const record of records) world.records.set(record.name, record);
      }),
    ports: {
      compute: computeOf(world),
      garden: portWith<Garden>({
        shoot: () =>
          world.call('read shoot', () => ({
            metadata: {},
            spec: { provider: { workers: [{ name: 'worker' }] } },
          })),
        state: () => world.call('read garden', () => ({ workersRolling: world.rolling, reconciling: false })),
        rolloutWorkers: () =>
          world.call('roll workers', () => {
            world.rolling = true;
            world.journal.push('roll workers');
          }),
      }),
      reachability: {
        prepare: () => world.call('prepare probe', () => undefined),
        remove: () => world.call('remove probe', () => void world.journal.push('remove probe')),
        unreached: (nodes) =>
          world.call('probe', () => {
            world.looks.push(world.journal.length);
            return nodes.filter(({ name }) => !reaches(world, name)).map(({ name }) => name);
          }),
      },
      cluster: portWith<Cluster>({
        nodes: () => world.call('list nodes', () => world.clusterNodes()),
        cloudControllerManager: portWith<CloudControllerManager>({
          state: () =>
            world.call('read ccm', () => {
              const complete = world.ccm.oldPods === 0;
              return { ...world.ccm, rollout: { complete, updated: complete ? 1 : 0, desired: 1 } };
            }),
          stopManagingRoutes: () =>
            world.call('stop route controller', () => {
              const { managesRoutes, allocatesFromAliases } = world.ccm;
              if (managesRoutes || !allocatesFromAliases) {
                world.oldPodsManageRoutes = managesRoutes;
                world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 2 };
              }
              world.journal.push('stop route controller');
            }),
        }),
      }),
    },
  };
}

function computeOf(world: RoutesWorld): Compute {
  return portWith<Compute>({
    network: (name) => world.call('read network', (): Network => ({ name, autoMode: false, legacy: false })),
    subnet: (name) =>
      world.call(`read ${name}`, () => {
        if (name === world.subnet.name) return world.subnet;
        return name.endsWith('-services') ? servicesSubnet() : undefined;
      }),
    routes: () => world.call('list routes', () => [...world.routes.values()]),
    instances: () =>
      world.call('list instances', (): Instance[] =>
        [...world.instances.values()].map((instance) => ({
          ...instance,
          aliases: [...instance.aliases],
          running: true,
        })),
      ),
    firewallRule: (name) => world.call(`read ${name}`, () => world.firewallRules.get(name)),
    enableExternalIpv6: (name) =>
      world.call('enable IPv6', () => {
        if (name !== world.subnet.name) world.violated(`${name} is not the nodes subnet`);
        if (world.subnet.routesOverlapAllowed)
          world.violated('the nodes subnet became dual-stack with the flag on');
        if (world.podRoutes().length > 0 && world.migration.plan.strategy === 'overlap')
          world.violated('the nodes subnet became dual-stack with pod routes left');
        world.subnet = { ...world.subnet, stackType: 'IPV4_IPV6', ipv6Range: NODES_PREFIX };
        world.journal.push('enable IPv6');
      }),
    setRoutesOverlap: (_name, allowed) =>
      world.call(`flag ${allowed}`, () => {
        if (allowed && world.refuses.flag)
          throw new ComputeRefused('subnetworks.patch', 'invalid', 'no overlap here');
        if (!allowed && world.podRoutes().some(({ destination }) => world.isInPodRange(destination)))
          world.violated('the flag was forbidden with pod routes left in the range');
        if (allowed && world.subnet.stackType !== 'IPV4_ONLY')
          world.violated('the flag on a dual-stack subnet');
        world.subnet = { ...world.subnet, routesOverlapAllowed: allowed };
        world.journal.push(`flag ${allowed}`);
      }),
    addSecondaryRange: (_name, range) =>
      world.call(`range ${range.name}`, () => {
        const cidr = parseCidr(range.range);
        const inTheWay = [...world.routes.values()].some(({ destination }) =>
          contains(cidr, parseCidr(destination)),
        );
        const refused = world.refuses.anyRange || (inTheWay && world.refuses.rangeOverRoutes);
        if (refused || (inTheWay && !world.subnet.routesOverlapAllowed))
          throw new ComputeRefused('subnetworks.patch', 'invalid', 'route in the way');
        if (!world.subnet.secondaryRanges.some(({ name }) => name === range.name)) {
          world.subnet = { ...world.subnet, secondaryRanges: [...world.subnet.secondaryRanges, range] };
        }
        world.journal.push(`range ${range.range}`);
        world.onRange();
      }),
    addAlias: ({ name }, alias) =>
      world.call(`alias ${name}`, () => {
        const instance = world.instances.get(name);
        if (instance === undefined) throw new ResourceNotFound('instances.updateNetworkInterface', name);
        const users = [...world.instances.values()].filter(({ aliases }) =>
          aliases.some(({ range }) => range === alias.range),
        );
        if (users.some((user) => user !== instance))
          throw new ComputeRefused('updateNetworkInterface', 'IP_IN_USE', alias.range);
        if (world.nodes.get(name)?.podCidr !== alias.range)
          world.violated(`${name} got the alias ${alias.range}`);
        if (users.length === 0) instance.aliases = [...instance.aliases, alias];
        world.journal.push(`alias ${name}`);
      }),
    removeSecondaryRange: (_name, rangeName) =>
      world.call(`remove range ${rangeName}`, () => {
        const used = [...world.instances.values()].some(({ aliases }) =>
          aliases.some((alias) => alias.rangeName === rangeName),
        );
        if (used) throw new ComputeRefused('subnetworks.patch', 'resourceInUse', rangeName);
        const secondaryRanges = world.subnet.secondaryRanges.filter(({ name }) => name !== rangeName);
        world.subnet = { ...world.subnet, secondaryRanges };
        world.journal.push(`remove range ${rangeName}`);
      }),
    removeAlias: ({ name }, alias) =>
      world.call(`remove alias ${name}`, () => {
        const instance = world.instances.get(name);
        if (instance === undefined) throw new ResourceNotFound('instances.updateNetworkInterface', name);
        instance.aliases = instance.aliases.filter(({ range }) => range !== alias.range);
        world.journal.push(`remove alias ${name}`);
      }),
    deleteRoute: (name) => world.call(`delete ${name}`, () => world.deleteRoute(name)),
    createRoute: (route) =>
      world.call(`create ${route.name}`, () => {
        const keptOut = world.refuses.routesInRange || !world.subnet.routesOverlapAllowed;
        if (world.isInPodRange(route.destination) && keptOut) {
          throw new ComputeRefused('routes.insert', 'invalid', 'hides the address space of the network');
        }
        if (!world.routes.has(route.name))
          world.routes.set(route.name, { ...route, tags: [], nextHopGone: false });
        world.journal.push(`create ${route.name}`);
      }),
    putFirewallRule: (rule) =>
      world.call(`firewall ${rule.name}`, () => void world.firewallRules.set(rule.name, rule)),
  });
}

function reaches(world: RoutesWorld, name: string): boolean {
  const node = world.nodes.get(name);
  return node !== undefined && world.isReached(node);
}
