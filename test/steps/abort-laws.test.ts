import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goBack } from './abort-run.ts';
import { abortStartingPoint, abortWorldAt } from './abort-starting-points.ts';
import type { AbortWorld } from './abort-world.ts';
import { POD_RANGE, podCidr } from './routes-world.ts';

/** What happens beside the step, one for each of its first rounds. */
const event = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'nothing' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'join' as const }) },
  /** A machine that comes with an alias which Compute Engine picked. */
  { weight: 1, arbitrary: fc.constant({ kind: 'join with alias' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('leave' as const),
      which: fc.nat(9),
      lingers: fc.constantFrom('neither' as const, 'vm' as const, 'node' as const),
    }),
  },
);
const crash = fc.record({ calls: fc.nat(60), afterEffect: fc.boolean() });
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

function happen(world: AbortWorld, happening: Event, number: number): void {
  if (happening.kind === 'join') world.addNode(number, { podCidr: undefined });
  if (happening.kind === 'join with alias') {
    const { name } = world.addNode(number, { podCidr: undefined });
    const instance = world.instances.get(name);
    const range = podCidr(number);
    if (instance !== undefined && world.podRange() !== undefined) {
      instance.aliases = [{ range, rangeName: POD_RANGE }];
    }
  }
  if (happening.kind !== 'leave') return;
  const leaving = [...world.nodes.values()][happening.which];
  if (leaving === undefined) return;
  leaving.leaving = true;
  leaving.lingers = happening.lingers;
}

test('from any point, through crashes, joining and leaving nodes, the way back ends and keeps every law', async () => {
  const property = fc.asyncProperty(
    abortStartingPoint,
    fc.array(event, { maxLength: 25 }),
    fc.array(crash, { maxLength: 4 }),
    async (point, events, crashes) => {
      const world = abortWorldAt(point);
      world.crashes = structuredClone(crashes);
      const foreignBefore = foreignThings(world);
      const outcome = await goBack(world, {
        beside: (round) => happen(world, events[round] ?? { kind: 'nothing' }, 100 + round),
      });
      expect(world.violations).toEqual([]);
      expect(outcome).toBe('done');
      expect(foreignThings(world)).toEqual(foreignBefore);
      expect(unfinished(world)).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

function foreignThings(world: AbortWorld) {
  return {
    routes: [...world.foreign].map((name) => world.routes.get(name)),
    ranges: world.subnet.secondaryRanges.filter(({ name }) => name !== POD_RANGE),
  };
}

/** What is not as it was found. */
function unfinished(world: AbortWorld): string[] {
  const live = [...world.nodes.values()].filter(
    ({ name, podCidr, leaving }) => podCidr !== undefined && !leaving && world.instances.has(name),
  );
  const routes = world.podRoutes();
  const hasRoute = (name: string, podCidr: string | undefined) =>
    routes.some(({ nextHop, destination }) => nextHop?.name === name && destination === podCidr);
  return [
    ...live.flatMap(({ name, podCidr }) => (hasRoute(name, podCidr) ? [] : [`${name} has no route`])),
    ...[...world.instances.keys()].flatMap((name) => (world.aliasOf(name) ? [`${name} has an alias`] : [])),
    ...routes.flatMap(({ name }) =>
      world.records.get(name)?.state === 'deleted' ? [`${name} is on record as deleted`] : [],
    ),
    ...(world.subnet.routesOverlapAllowed ? ['the flag is on'] : []),
    ...(world.subnet.stackType === 'IPV4_ONLY' ? [] : ['the nodes subnet is dual-stack']),
    ...(world.podRange() === undefined ? [] : ['the range for pods is left']),
    ...(world.ccm.managesRoutes && !world.ccm.allocatesFromAliases ? [] : ['the route controller is off']),
    ...(world.services === undefined ? [] : ['the services subnet is left']),
    ...(world.internal?.stackType === 'IPV4_IPV6' ? ['the internal subnet is dual-stack'] : []),
    ...[...world.firewallRules.keys()],
    ...(world.probe ? ['the probe is left'] : []),
  ];
}
