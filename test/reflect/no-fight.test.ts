import { expect, test } from 'vitest';
import { OTHERS, reflectWorld } from './world.ts';

const DAY = 24 * 60;
/** Pauses of 5, 10, 20 … minutes, then of six hours: how often anything is written within a day against somebody who insists. */
const MOST_WRITES_A_DAY = 12;

/** As a tool that applies a manifest from elsewhere and takes away all that it does not know. */
const WITHOUT_OURS = Object.fromEntries(
  ['migration', 'state', 'step', 'why', 'progress', 'constraints'].map((name) => [
    `shoot-dualstack/${name}`,
    null,
  ]),
);

test('whoever takes the annotations away each minute is given way to: a dozen writes a day, not a thousand', async () => {
  const world = await reflectWorld();
  await world.tick();
  const before = world.patches().annotations;
  let theirs = 0;
  await world.ticks(DAY / 2, async () => {
    theirs += 1;
    await world.change('api', { metadata: { annotations: WITHOUT_OURS } });
  });
  const ours = world.patches().annotations - before - theirs;
  expect(ours).toBeGreaterThan(2);
  expect(ours).toBeLessThanOrEqual(MOST_WRITES_A_DAY);
}, 300_000);

test('news are not written over what somebody else wrote, before the pause is over', async () => {
  const world = await reflectWorld();
  await world.tick();
  await world.change('api', { metadata: { annotations: { 'shoot-dualstack/state': 'mine' } } });
  await world.tick();
  await world.stands({ paused: true });
  await world.ticks(4);
  expect(await world.said()).toMatchObject({ state: 'mine' });
  await world.ticks(3);
  expect(await world.said()).toMatchObject({ state: 'paused' });
});

test('once nobody minds any more, a removal costs the short pause again', async () => {
  const world = await reflectWorld();
  await world.tick();
  await world.change('api', { metadata: { annotations: WITHOUT_OURS } });
  await world.ticks(7);
  expect(await world.setbacks()).toMatchObject({ annotations: 1 });
  await world.ticks(6);
  expect(await world.setbacks()).toMatchObject({ annotations: 0 });
});

test('constraints that Gardener wrote in its own words are left to it for ever', async () => {
  const world = await reflectWorld({ writesConstraints: true });
  const gardeners = {
    type: 'DualStackNodesMigrationReady',
    status: 'True',
    reason: 'NodesMigrated',
    message: 'All node pod CIDRs migrated to target network stack.',
  };
  const all = [...OTHERS.constraints, gardeners];
  await world.change('api', { status: { constraints: all } }, 'status');
  const before = world.patches().status;
  await world.ticks(120);
  expect(await world.constraints()).toEqual(all);
  expect(world.patches().status).toBe(before);
});

test('constraints that Gardener wrote in the same words are as they should be', async () => {
  const world = await reflectWorld({ writesConstraints: true });
  const same = {
    type: 'DualStackNodesMigrationReady',
    status: 'Progressing',
    reason: 'NodesNotMigrated',
    message: 'Migrating node pod CIDRs to match target network stack.',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  await world.change('api', { status: { constraints: [same] } }, 'status');
  const before = world.patches().status;
  await world.ticks(3);
  expect(await world.constraints()).toEqual([same]);
  expect(world.patches().status).toBe(before);
});

test('Gardener’s care for its own constraints goes on, whichever way it writes them', async () => {
  const world = await reflectWorld({ writesConstraints: true });
  await world.tick();
  const migration = await world.engine.migrations.get(world.id);
  let turn = 0;
  await world.ticks(10, async () => {
    turn += 1;
    const care = { ...OTHERS.constraints[0], message: `looked ${turn} times` };
    await world.change(
      'api',
      { status: { constraints: [care, ...(migration?.constraints ?? [])] } },
      'status',
    );
  });
  expect(await world.constraints()).toMatchObject([
    { message: 'looked 10 times' },
    { type: 'DualStackNodesMigrationReady' },
  ]);
  expect(await world.setbacks()).toMatchObject({ constraints: 0 });
});

test('a list of constraints that is written anew without ours is given way to', async () => {
  const world = await reflectWorld({ writesConstraints: true });
  await world.tick();
  const before = world.patches().status;
  let theirs = 0;
  await world.ticks(DAY / 4, async () => {
    theirs += 1;
    await world.change('api', { status: { constraints: OTHERS.constraints } }, 'status');
  });
  expect(world.patches().status - before - theirs).toBeLessThanOrEqual(MOST_WRITES_A_DAY);
}, 300_000);
