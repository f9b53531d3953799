import { describe, expect, test } from 'vitest';
import { onPause, onResume } from '../../shared/edge/handlers.ts';
import { tick } from '../../shared/engine/tick.ts';
import { lookAtFleet } from '../../shared/fleet/steer.ts';
import { hasBegun } from '../../shared/migration/migration.ts';
import { type Call, gate, type Interceptor, onNth, unavailable } from '../support/interception.ts';
import { type Death, mortalProcess } from '../support/mortal-process.ts';
import { type ToyFleet, toyFleet } from './toy-fleet.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Five shoots at the gate, two of which are to be let in at the next tick; one more was let in and is under way. */
async function atTheGate(): Promise<ToyFleet> {
  const fleet = toyFleet();
  await fleet.set({ atOnce: 3 });
  await fleet.ask(...NAMES.map((name) => ({ name })));
  await fleet.set({ atOnce: 1 });
  await fleet.minutes(1);
  await fleet.set({ atOnce: 3 });
  expect(await fleet.begun()).toEqual(['a']);
  return fleet;
}

/** Everything paused, and three of five go on at the next tick; the hold is to end after that. */
async function goingOn(): Promise<ToyFleet> {
  const fleet = toyFleet();
  await fleet.ask(...NAMES.map((name) => ({ name })));
  await fleet.pauseAll();
  await fleet.resumeAll(3);
  return fleet;
}

async function callsOf(prepared: () => Promise<ToyFleet>): Promise<readonly Call[]> {
  const fleet = await prepared();
  const calls: Call[] = [];
  await fleet.tick(
    fleet.instance((call) => {
      calls.push(call);
      return undefined;
    }),
  );
  return calls;
}

const LETTING_IN = await callsOf(atTheGate);
const LETTING_GO = await callsOf(goingOn);
const named = (calls: readonly Call[]) =>
  calls.map(({ port, method, target }, index) => [`${port} ${method} ${target}`, index] as const);

/** A tick in an instance that dies at its call of this number. */
async function dyingTick(fleet: ToyFleet, index: number, when: Death): Promise<void> {
  let call = -1;
  const process = mortalProcess(() => {
    call += 1;
    return call === index ? when : undefined;
  });
  const dying = fleet.tick(fleet.instance(process.intercept));
  dying.catch(() => undefined);
  await fleet.world.clock.until(process.died);
}

async function expectAllThrough(fleet: ToyFleet): Promise<void> {
  await fleet.minutes(70);
  expect(await fleet.which(({ status }) => status.kind === 'succeeded')).toEqual(NAMES);
  fleet.expectLawful();
}

describe.each<Death>(['before', 'after'])('a tick that dies %s', (when) => {
  test.each(named(LETTING_IN))(
    '%s (%i) leaves never more let in than may be, and all come through',
    async (_, index) => {
      const fleet = await atTheGate();
      await dyingTick(fleet, index, when);
      await expectAllThrough(fleet);
    },
  );

  test.each(named(LETTING_GO))(
    '%s (%i) leaves the others paused, and they go on at their pace',
    async (_, index) => {
      const fleet = await goingOn();
      await dyingTick(fleet, index, when);
      const free = await fleet.which(({ paused }) => !paused);
      expect(free.length).toBeLessThanOrEqual(3);
      // The same minute's next tick: what the dead one let go of counts.
      await fleet.tick();
      expect((await fleet.which(({ paused }) => !paused)).length).toBe(3);
      await expectAllThrough(fleet);
      expect(await fleet.world.documents.get('holds/all:shoots')).toBeUndefined();
    },
  );
});

describe('two ticks at once', () => {
  test('let in no more together than one alone', async () => {
    const fleet = await atTheGate();
    await Promise.all([fleet.tick(fleet.instance()), fleet.tick(fleet.instance()), fleet.tick()]);
    expect((await fleet.which(({ gate }) => gate?.letIn !== undefined)).length).toBe(3);
    await expectAllThrough(fleet);
  });

  test('let go of no more together than so many a minute', async () => {
    const fleet = await goingOn();
    await Promise.all([fleet.tick(fleet.instance()), fleet.tick(fleet.instance()), fleet.tick()]);
    expect((await fleet.which(({ paused }) => !paused)).length).toBe(3);
    await expectAllThrough(fleet);
  });

  test.each<[where: string, fault: (pass: () => Promise<void>) => Interceptor]>([
    [
      'before it wrote',
      (pass) =>
        onNth(1, ({ method, target }) => method === 'commit' && target.includes('fleet/rollout'), {
          before: pass,
        }),
    ],
    [
      'when it had just listed all',
      (pass) =>
        onNth(1, ({ method, target }) => method === 'list' && target === 'migrations', { after: pass }),
    ],
  ])('of which one slept %s: the late one lets nobody in', async (_, fault) => {
    const fleet = await atTheGate();
    const door = gate();
    const late = fleet.instance(fault(door.pass));
    const sleeping = tick(late, () => lookAtFleet(late));
    await door.arrived;
    // So that the other one's turn is that of others.
    for (const shoot of ['garden-core/b', 'garden-core/c']) {
      await onPause(fleet.engine, fleet.message({ shoot }));
    }
    await fleet.tick();
    const letIn = await fleet.which((each) => each.gate?.letIn !== undefined);
    expect(letIn).toEqual(['a', 'd', 'e']);
    for (const shoot of ['garden-core/b', 'garden-core/c']) {
      await onResume(fleet.engine, fleet.message({ shoot }));
    }
    door.open();
    await fleet.world.clock.until(sleeping);
    expect(await fleet.which((each) => each.gate?.letIn !== undefined)).toEqual(letIn);
    fleet.expectLawful();
  });
});

describe('between the reading and the writing of a tick', () => {
  const beforeFirstLetIn = (effect: () => Promise<unknown>): Interceptor =>
    onNth(1, ({ method, target }) => method === 'commit' && target.includes('fleet/rollout'), {
      before: effect,
    });

  test.each<[what: string, effect: (fleet: ToyFleet) => Promise<unknown>]>([
    ['a policy for fewer is set', (fleet) => fleet.set({ atOnce: 1 })],
    ['it is stopped', (fleet) => fleet.rollout({ stop: true })],
  ])('%s: nobody is let in by what was read before', async (_, effect) => {
    const fleet = await atTheGate();
    await fleet.tick(fleet.instance(beforeFirstLetIn(() => effect(fleet))));
    expect(await fleet.which((each) => each.gate?.letIn !== undefined)).toEqual(['a']);
    fleet.expectLawful();
  });

  test('everything is paused: who was let in by then stands still too', async () => {
    const fleet = await atTheGate();
    await fleet.tick(fleet.instance(beforeFirstLetIn(() => fleet.pauseAll())));
    await fleet.settle();
    expect(await fleet.which(({ paused, active }) => active && !paused)).toEqual([]);
    expect((await fleet.which(hasBegun)).length).toBeLessThanOrEqual(1);
    fleet.expectLawful();
  });

  test('everything that goes on is paused again: nobody goes on by what was read before', async () => {
    const fleet = await goingOn();
    const again = onNth(1, ({ method, target }) => method === 'commit' && target.includes('holds/all'), {
      before: () => fleet.pauseAll(),
    });
    await fleet.tick(fleet.instance(again));
    await fleet.minutes(3);
    expect(await fleet.which(({ paused }) => !paused)).toEqual([]);
  });
});

test.each(['letting in', 'letting go'])(
  'a store that is away at every third call while %s only delays it',
  async (what) => {
    const fleet = what === 'letting in' ? await atTheGate() : await goingOn();
    let calls = 0;
    const shaky = fleet.instance(({ port }) => {
      calls += 1;
      return port === 'documents' && calls % 3 === 0 ? { before: unavailable({ port }) } : undefined;
    });
    for (let round = 0; round < 10; round += 1) await fleet.tick(shaky).catch(() => undefined);
    await expectAllThrough(fleet);
  },
);

test('an answer that is lost after a shoot was let in does not let in another in its place', async () => {
  const fleet = await atTheGate();
  const lost = onNth(1, ({ method, target }) => method === 'commit' && target.includes('fleet/rollout'), {
    after: unavailable({ port: 'documents' }),
  });
  await fleet.tick(fleet.instance(lost));
  expect((await fleet.which((each) => each.gate?.letIn !== undefined)).length).toBe(3);
  await expectAllThrough(fleet);
});
