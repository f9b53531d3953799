import { beforeEach, describe, expect, test } from 'vitest';
import { onNudge } from '../../shared/edge/handlers.ts';
import { overdue } from '../../shared/engine/overdue.ts';
import { onNth } from '../support/interception.ts';
import { type ToyFleet, toyFleet } from './toy-fleet.ts';

let fleet: ToyFleet;

beforeEach(() => {
  fleet = toyFleet();
});

const named = (...names: readonly string[]) => names.map((name) => ({ name }));
const FIRST_CHANGE = 'enable-ipv6-subnets';

describe('without a policy', () => {
  test('every migration goes on by itself, as it always did', async () => {
    await fleet.ask(...named('a', 'b', 'c'));
    expect(await fleet.begun()).toEqual(['a', 'b', 'c']);
    expect((await fleet.of('a')).gate).toBeUndefined();
  });
});

describe('with a policy', () => {
  test('plans are made at once, and nothing is changed before its turn', async () => {
    await fleet.set({ atOnce: 2 });
    await fleet.ask(...named('a', 'b', 'c', 'd', 'e'));
    expect(await fleet.begun()).toEqual([]);
    for (const { position, status } of await fleet.all()) {
      expect(position).toBe(FIRST_CHANGE);
      expect(status).toMatchObject({ kind: 'waiting', reason: 'WaitsForRollout' });
    }
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['a', 'b']);
    await fleet.minutes(60);
    expect(await fleet.which(({ status }) => status.kind === 'succeeded')).toHaveLength(5);
    fleet.expectLawful();
  });

  test('the history says when it was let in, and that it waited once', async () => {
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b'));
    await fleet.minutes(20);
    const events = await fleet.eventsOf('b');
    expect(events.filter((event) => event === 'waiting WaitsForRollout')).toHaveLength(1);
    expect(events.indexOf('let in')).toBeGreaterThan(events.indexOf('waiting WaitsForRollout'));
  });

  test('who waits for two days is neither overdue nor blocked as waiting in vain, and is not nudged', async () => {
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b'));
    fleet.blocked.set('a', FIRST_CHANGE);
    await fleet.minutes(2);
    const before = fleet.world.bus.published.length;
    await fleet.world.clock.advance(48 * 3_600_000);
    await fleet.minutes(5);
    const b = await fleet.of('b');
    expect(b.status).toMatchObject({ kind: 'waiting', reason: 'WaitsForRollout' });
    expect(overdue(b, fleet.world.clock.now())).toBeUndefined();
    expect(fleet.world.bus.published.length).toBe(before);
  });

  test('that is set over migrations under way lets those go on, counts them, and holds the others', async () => {
    await fleet.ask(...named('a', 'b'));
    expect(await fleet.begun()).toEqual(['a', 'b']);
    await fleet.set({ atOnce: 2 });
    await fleet.ask(...named('c'));
    await fleet.minutes(5);
    expect(await fleet.begun()).toEqual(['a', 'b']);
    await fleet.minutes(30);
    expect(await fleet.which(({ status }) => status.kind === 'succeeded')).toEqual(['a', 'b', 'c']);
    fleet.expectLawful();
  });

  test('that is set while a plan is being made shuts the gate before its first change', async () => {
    fleet.blocked.set('a', 'preflight');
    await fleet.ask(...named('a'));
    await fleet.set({ atOnce: 1, canaries: ['garden-core/canary'] });
    fleet.blocked.clear();
    await onNudge('preflight')(fleet.engine, fleet.message({ shoot: 'garden-core/a' }));
    await fleet.settle();
    await fleet.minutes(3);
    expect(await fleet.begun()).toEqual([]);
  });

  test('that is set while a migration starts, unseen by it, counts for it', async () => {
    // After the starting migration has looked for a policy, before it is there to be seen.
    const unseen = onNth(1, ({ method }) => method === 'commit', { before: () => fleet.set({ atOnce: 1 }) });
    await fleet.askFrom(fleet.instance(unseen), { name: 'a' });
    expect((await fleet.of('a')).gate).toBeDefined();
    expect(await fleet.begun()).toEqual([]);
  });

  test('that is made smaller in the middle lets nobody in until enough have ended', async () => {
    await fleet.set({ atOnce: 3 });
    await fleet.ask(...named('a', 'b', 'c', 'd', 'e'));
    await fleet.minutes(1);
    await fleet.set({ atOnce: 1 });
    await fleet.minutes(5);
    expect(await fleet.begun()).toEqual(['a', 'b', 'c']);
    await fleet.minutes(60);
    expect(await fleet.which(({ active }) => active)).toEqual([]);
    fleet.expectLawful();
    expect((await fleet.stored()).events.map(({ event }) => event)).toEqual(['set', 'changed']);
  });

  test('that is turned off keeps nobody any more', async () => {
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b', 'c'));
    await fleet.minutes(1);
    await fleet.rollout({ off: true });
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['a', 'b', 'c']);
    await fleet.ask(...named('d'));
    expect(await fleet.begun()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('limits projects, namespaces and seeds, and none of them keeps the others waiting', async () => {
    await fleet.set({ atOnce: 10, perProject: 2, perNamespace: 3, perSeed: 4 });
    await fleet.ask(
      ...['a', 'b', 'c'].map((name) => ({ name, project: 'one', seed: 's', namespace: 'garden-x' })),
      ...['d', 'e', 'f'].map((name) => ({ name, project: 'two', seed: 's', namespace: 'garden-x' })),
      ...['g', 'h', 'i'].map((name) => ({ name, project: 'three', seed: 's', namespace: 'garden-y' })),
      ...['j'].map((name) => ({ name, project: 'four', seed: 't', namespace: 'garden-z' })),
    );
    await fleet.minutes(1);
    const begun = await fleet.begun();
    expect(begun).toContain('j');
    expect(begun).toHaveLength(5);
    await fleet.minutes(90);
    expect(await fleet.which(({ active }) => active)).toEqual([]);
    fleet.expectLawful();
  });

  test('gives a project with one shoot its turn before one with many has its second', async () => {
    await fleet.set({ atOnce: 2 });
    await fleet.ask(...['a', 'b', 'c', 'd'].map((name) => ({ name, project: 'many' })));
    await fleet.ask({ name: 'z', project: 'single' });
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['a', 'z']);
  });
});

describe('windows', () => {
  // The toy clock begins at midnight UTC of some day; see virtual-clock.ts.
  const opening = (seconds: number) => ({ begin: seconds % 86_400, end: (seconds + 7_200) % 86_400 });

  test('who sleeps takes no place, and is let in when its window opens', async () => {
    const now = Math.floor(fleet.world.clock.now() / 1000) % 86_400;
    await fleet.set({ atOnce: 1 });
    await fleet.ask({ name: 'a', window: opening(now + 4 * 3_600) }, { name: 'b' });
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['b']);
    await fleet.minutes(60);
    expect(await fleet.begun()).toEqual(['b']);
    await fleet.minutes(200);
    expect(await fleet.begun()).toEqual(['a', 'b']);
    fleet.expectLawful();
  });

  test('a place that is of no use to who has it goes to another, and comes back later', async () => {
    fleet.asleep.add('a');
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b'));
    await fleet.minutes(2);
    expect(await fleet.eventsOf('a')).toContain('place given back');
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['b']);
    fleet.asleep.clear();
    await fleet.minutes(40);
    expect(await fleet.which(({ status }) => status.kind === 'succeeded')).toEqual(['a', 'b']);
    fleet.expectLawful();
  });
});

describe('by hand', () => {
  test('an operator begins one past the rollout: it takes a place, and the history says so', async () => {
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b', 'c'));
    await fleet.minutes(1);
    await onNudge(FIRST_CHANGE)(fleet.engine, fleet.message({ shoot: 'garden-core/c' }));
    await fleet.settle();
    expect(await fleet.begun()).toEqual(['a', 'c']);
    const history = await fleet.engine.migrations.history((await fleet.of('c')).id);
    expect(history.find(({ event }) => event === 'let in')).toMatchObject({
      by: 'operator',
      who: { name: 'alice@example.com' },
      message: expect.stringContaining('past the rollout'),
    });
    // Both end in the same minute; until then nobody else is let in.
    await fleet.minutes(9);
    expect(await fleet.begun()).toEqual(['a', 'c']);
    await fleet.minutes(20);
    expect(await fleet.begun()).toEqual(['a', 'b', 'c']);
  });

  test('what an operator began by hand stops nothing when it is blocked', async () => {
    await fleet.set({ atOnce: 2 });
    await fleet.ask(...named('a', 'b', 'c'));
    fleet.blocked.set('c', FIRST_CHANGE);
    await onNudge(FIRST_CHANGE)(fleet.engine, fleet.message({ shoot: 'garden-core/c' }));
    await fleet.minutes(3);
    expect((await fleet.of('c')).status.kind).toBe('blocked');
    expect((await fleet.stored()).state.kind).toBe('running');
    expect(await fleet.begun()).toEqual(['a', 'c']);
  });
});
