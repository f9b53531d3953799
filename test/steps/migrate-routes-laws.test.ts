import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RoundResult } from '../../shared/engine/step.ts';
import { contains, parseCidr } from '../../shared/migration/cidr.ts';
import { TARGET } from './fixtures.ts';
import { round } from './routes-run.ts';
import { Crash, POD_RANGE, type RoutesWorld, worldOf } from './routes-world.ts';
import { startingPoint, worldAt } from './starting-points.ts';

/** What happens beside the step, one for each of its first rounds. */
const event = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'nothing' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'join' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('leave' as const),
      which: fc.nat(9),
      lingers: fc.constantFrom('neither' as const, 'vm' as const, 'node' as const),
    }),
  },
);
const crash = fc.record({ calls: fc.nat(40), afterEffect: fc.boolean() });
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

function happen(world: RoutesWorld, happening: Event, number: number): void {
  if (happening.kind === 'join') world.addNode(number, { podCidr: undefined });
  if (happening.kind !== 'leave') return;
  const leaving = [...world.nodes.values()][happening.which];
  if (leaving === undefined) return;
  leaving.leaving = true;
  leaving.lingers = happening.lingers;
}

/** Runs the step to its outcome, however often it crashes; undefined when it comes to none within the bound. */
async function migrate(world: RoutesWorld, events: readonly Event[]): Promise<RoundResult | undefined> {
  const bound = 80 + 4 * (events.length + world.crashes.length + world.nodes.size);
  for (let rounds = 0; rounds < bound; rounds += 1) {
    const result = await round(world).catch((error: unknown) => {
      if (error instanceof Crash) return undefined;
      throw error;
    });
    if (result?.kind === 'done' || result?.kind === 'blocked') return result;
    happen(world, events[rounds] ?? { kind: 'nothing' }, 100 + rounds);
    world.passTime(result?.kind === 'waiting' ? result.lookAgainAfterSeconds : 1);
  }
  return undefined;
}

test('from any point, through crashes, joining and leaving nodes, the migration ends and keeps every law', async () => {
  const property = fc.asyncProperty(
    startingPoint,
    fc.array(event, { maxLength: 25 }),
    fc.array(crash, { maxLength: 4 }),
    async (point, events, crashes) => {
      const world = worldAt(point);
      world.crashes = structuredClone(crashes);
      const foreignBefore = foreignThings(world);
      const outcome = await migrate(world, events);
      expect(world.violations).toEqual([]);
      expect(outcome).toMatchObject({ kind: 'done' });
      expect(foreignThings(world)).toEqual(foreignBefore);
      expect(unfinished(world)).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: 1000 });
});

/** What the cloud is like, and what the plan was before anything was touched. */
const circumstances = fc.record({
  strategy: fc.constantFrom('overlap' as const, 'rollover' as const, 'cutover' as const),
  nodes: fc.integer({ min: 0, max: 6 }),
  hybridFallback: fc.boolean(),
  flagRefused: fc.boolean(),
  rangeOverRoutesRefused: fc.boolean(),
});

test('by every strategy and every way out of one, through crashes and changing nodes, the laws are kept', async () => {
  const property = fc.asyncProperty(
    circumstances,
    fc.array(event, { maxLength: 25 }),
    fc.array(crash, { maxLength: 4 }),
    async ({ strategy, nodes, ...cloud }, events, crashes) => {
      const world = worldOf(nodes);
      world.hybridFallback = cloud.hybridFallback;
      world.refuses.flag = cloud.flagRefused;
      world.refuses.rangeOverRoutes = cloud.rangeOverRoutesRefused;
      world.crashes = structuredClone(crashes);
      const { plan } = world.migration;
      const trafficLossAcknowledgedAt = world.migration.createdAt;
      world.migration = { ...world.migration, plan: { ...plan, strategy, trafficLossAcknowledgedAt } };
      const foreignBefore = foreignThings(world);
      const outcome = await migrate(world, events);
      expect(world.violations).toEqual([]);
      expect(outcome).toMatchObject({ kind: 'done' });
      expect(foreignThings(world)).toEqual(foreignBefore);
      expect(unfinished(world)).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: 600 });
});

function foreignThings(world: RoutesWorld) {
  return {
    routes: [...world.foreign].map((name) => world.routes.get(name)),
    ranges: world.subnet.secondaryRanges.filter(({ name }) => name !== POD_RANGE),
  };
}

/** What is not as the step's end promises. */
function unfinished(world: RoutesWorld): string[] {
  const uncarried = [...world.nodes.values()].filter(
    ({ name, podCidr, leaving }) =>
      podCidr !== undefined && !leaving && world.aliasOf(name)?.range !== podCidr,
  );
  const range = world.subnet.secondaryRanges.find(({ name }) => name === POD_RANGE);
  return [
    ...uncarried.map(({ name }) => `${name} has no alias`),
    ...world.podRoutes().map(({ name }) => `${name} is left`),
    ...[...world.records.values()].flatMap(({ name, state }) =>
      state === 'deleted' ? [] : `${name} is on record as ${state}`,
    ),
    ...(world.subnet.routesOverlapAllowed ? ['the flag is on'] : []),
    ...(world.subnet.stackType === 'IPV4_IPV6' ? [] : ['the nodes subnet is not dual-stack']),
    ...(range !== undefined && contains(TARGET.pods, parseCidr(range.range))
      ? []
      : ['there is no range for pods']),
    ...(world.ccm.managesRoutes ? ['the route controller is at work'] : []),
  ];
}
