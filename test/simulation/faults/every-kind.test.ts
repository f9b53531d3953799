import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { endingsAllowed, type FaultKind, KINDS } from '../../../infra/local/simulation/faults/index.ts';
import { EXAMPLES } from './examples.ts';
import { longestPauseAfter, migratedWith, type Seen, times } from './faulty-world.ts';

const ALIAS = 'compute instances.updateNetworkInterface';
const DELETION = 'compute routes.delete';

/** What shows that a fault of the kind struck, beside that all went otherwise than without it. */
const EVIDENCE: { readonly [Kind in FaultKind]?: (seen: Seen, clean: Seen) => void } = {
  crash: someRunDied,
  'crash at request': someRunDied,
  standstill: ({ world }) => expect(world.runLog.longestRunSeconds()).toBeGreaterThan(300),
  shutdown: ({ world }) =>
    expect(world.runLog.runs.map(({ said }) => said)).toContainEqual(
      expect.objectContaining({ outcome: 'handed over' }),
    ),
  'wrong clock': ({ world }) => {
    const [first, second] = world.instances().map(({ engine }) => engine.clock.now() - world.clock.now());
    expect(first).toBeGreaterThanOrEqual(40_000);
    expect(second).toBe(0);
  },
  'connection lost': more(DELETION),
  refusal: more(ALIAS),
  'slow request': (seen) => expect(longestPauseAfter(seen, ALIAS)).toBeGreaterThanOrEqual(29),
  away: more('cluster list nodes'),
  'small pages': more('cluster list nodes'),
  'expired token': more('cluster list nodes'),
  'operation fails': more(ALIAS),
  'operation hangs': ({ world }) => {
    const ended = world.compute.resources.routes
      .values()
      .filter(({ description }) => description === 'k8s-node-route');
    expect(ended).toEqual([]);
  },
  'commit repeated': more('documents get'),
  'other writer': more('documents get'),
  duplicate: async ({ world }, clean) => {
    const soon = world.runLog.runsOf('migrate-routes').length;
    expect(soon).toBeGreaterThan(clean.world.runLog.runsOf('migrate-routes').length);
    await world.clock.advance(86_400_000);
    expect(world.runLog.runsOf('migrate-routes').length).toBe(soon + 1);
    expect(world.migration?.status.kind).toBe('succeeded');
  },
  'late message': ({ world }, clean) =>
    expect(
      secondOfFirstRun(world, 'migrate-routes') - secondOfFirstRun(clean.world, 'migrate-routes'),
    ).not.toBe(0),
  'lost acknowledgement': ({ world }, clean) =>
    expect(world.runLog.runsOf('check-nodes').length).toBeGreaterThan(
      clean.world.runLog.runsOf('check-nodes').length,
    ),
  'missing ticks': ({ world }) => {
    const instants = world.runLog.runsOf('maintenance-tick').map(({ startedAt }) => startedAt);
    const pauses = instants.slice(1).map((instant, index) => instant - (instants[index] ?? 0));
    expect(Math.max(...pauses)).toBe(6 * 60_000);
  },
  'vm deleted': ({ world }) => expect(instances(world)).not.toContain(world.example.nodes[2]?.name),
  'vm added': ({ world }) => expect(instances(world).length).toBe(4),
  'vm removed': ({ world }) => expect(instances(world).length).toBe(2),
  'foreign range': ({ world }) =>
    expect(JSON.stringify(world.compute.resources.subnetworks.values())).toContain('not-of-gardener'),
  'foreign route': ({ world }) =>
    expect(world.compute.resources.routes.values().map(({ name }) => name)).toContain('by-hand-far-0'),
  'cloud-controller-manager set back': ({ world }) =>
    expect(world.migration?.status).toMatchObject({ reason: 'RouteReappeared' }),
  'route controller alive': ({ world }) =>
    expect(world.migration?.status).toMatchObject({ reason: 'RouteReappeared' }),
  paused: ({ world, calls }) => {
    expect(world.runLog.runsOf('pause').length).toBe(1);
    expect(world.runLog.runsOf('resume').length).toBe(1);
    expect(
      longestPauseAfter({ calls: calls.filter(({ name }) => name.startsWith('compute')) }, DELETION),
    ).toBeGreaterThan(300);
  },
  aborted: ({ ending }) => expect(ending).toBe('led back'),
  'change told again': ({ world }) => expect(world.runLog.runsOf('shoot-changed').length).toBe(2),
};

let clean: Seen;

beforeAll(async () => {
  clean = await migratedWith([]);
}, 120_000);
afterAll(() => clean.world.stop());

test('without faults it succeeds, and none is said to have struck', () => {
  expect(clean.ending).toBe('succeeded');
  expect(clean.armed.lastStruckAt()).toBeUndefined();
});

test('every kind has an example', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual([...KINDS].sort());
});

test.each(Object.values(EXAMPLES))(
  '$kind strikes, and the migration ends as it may',
  { timeout: 120_000 },
  async (fault) => {
    const clean = await migratedWith([]);
    expect(clean.ending).toBe('succeeded');
    const seen = await migratedWith([fault]);
    onTestFinished(() => seen.world.stop());
    onTestFinished(() => seen.world.stop());
    expect(seen.armed.struck()).toEqual([fault]);
    expect(seen.armed.pending()).toEqual([]);
    expect(seen.armed.lastStruckAt()).toBeGreaterThan(0);
    expect(endingsAllowed({ faults: [fault] })).toContain(seen.ending);
    expect(seen.calls).not.toEqual(clean.calls);
    await EVIDENCE[fault.kind]?.(seen, clean);
  },
);

test('a fault that lies behind the last call that it is for changes nothing', {
  timeout: 120_000,
}, async () => {
  const never = await migratedWith([{ ...EXAMPLES['connection lost'], nth: 1_000 }]);
  onTestFinished(() => never.world.stop());
  expect(never.calls).toEqual(clean.calls);
  expect(never.armed.struck()).toEqual([]);
  expect(never.armed.pending().length).toBe(1);
});

function someRunDied({ world }: Seen): void {
  expect(world.runLog.runs.map(({ ending }) => ending)).toContain('died');
}

function more(name: string): (seen: Seen, clean: Seen) => void {
  return (seen, clean) => expect(times(seen, name)).toBeGreaterThan(times(clean, name));
}

function instances(world: Seen['world']): readonly string[] {
  return world.compute.resources.instances.values().map(({ name }) => name);
}

function secondOfFirstRun(world: Seen['world'], topic: string): number {
  return world.runLog.runsOf(topic)[0]?.startedAt ?? 0;
}
