import { beforeEach, describe, expect, test } from 'vitest';
import { onAbort, onRollout } from '../../shared/edge/handlers.ts';
import { takeInShootChange } from '../../shared/engine/intake.ts';
import { message, problemOf } from '../edge/messages.ts';
import { toyShoot } from '../support/toy-shoot.ts';
import { type ToyFleet, toyFleet } from './toy-fleet.ts';

let fleet: ToyFleet;

beforeEach(() => {
  fleet = toyFleet();
});

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

describe('an order', () => {
  test('to set a policy, brought again after a later one, does not bring the old one back', async () => {
    await fleet.rollout({ set: { atOnce: 1 } }, 'first');
    await fleet.rollout({ set: { atOnce: 7 } }, 'second');
    await fleet.rollout({ set: { atOnce: 1 } }, 'first');
    expect((await fleet.stored()).policy.atOnce).toBe(7);
  });

  test('to end it, brought again after a policy was set anew, ends nothing', async () => {
    await fleet.rollout({ set: { atOnce: 1 } });
    await fleet.rollout({ off: true }, 'off');
    const { id } = await fleet.stored();
    await fleet.rollout({ set: { atOnce: 1 } });
    await fleet.rollout({ off: true }, 'off');
    const { state, id: next } = await fleet.stored();
    expect(state.kind).toBe('running');
    expect(next).not.toBe(id);
  });

  test.each<[body: object, result: object]>([
    [{ goOn: true }, { kind: 'nothing to do', why: 'no policy was ever set' }],
    [{ off: true }, { kind: 'nothing to do', why: 'no policy was ever set' }],
  ])('with nothing to do says so: %j', async (body, result) => {
    expect(await fleet.rollout(body)).toEqual(result);
  });

  test('stands on record with who gave it', async () => {
    await fleet.rollout({ set: { atOnce: 3 } }, 'm-1');
    expect((await fleet.world.documents.get('acts/rollout-m-1'))?.fields).toMatchObject({
      topic: 'rollout',
      who: { name: 'alice@example.com' },
    });
  });

  test.each<[body: unknown, problem: RegExp]>([
    [{}, /expected exactly one of set, goOn, stop and off, found 0/],
    [{ goOn: true, off: true }, /found 2/],
    [{ goOn: false }, /^goOn: expected true/],
    [{ set: {} }, /^set\.atOnce: expected a whole number from 1 to 1000/],
    [{ set: { atOnce: 0 } }, /^set\.atOnce: expected a whole number/],
    [{ set: { atOnce: 2.5 } }, /^set\.atOnce: expected a whole number/],
    [{ set: { atOnce: 1, perSeed: '3' } }, /^set\.perSeed: expected a whole number/],
    [{ set: { atOnce: 1, canaries: ['api'] } }, /^set\.canaries\.0: expected "namespace\/name"/],
    [{ set: { atOnce: 1, canaries: ['a/b', 'a/b'] } }, /^set\.canaries: expected no shoot twice/],
    [{ set: { atOnce: 1, perShoot: 1 } }, /set: .*perShoot/],
    [[], /expected object/],
  ])('that cannot be understood is refused by its field: %j', async (body, problem) => {
    const refusal = await problemOf(onRollout(fleet.engine, message(body)));
    expect(refusal).toMatchObject({ reason: 'InvalidBody', message: expect.stringMatching(problem) });
  });
});

describe('a damaged rollout', () => {
  test('lets nobody in until a policy is set anew', async () => {
    await fleet.set({ atOnce: 5 });
    await fleet.world.documents.commit([{ kind: 'put', path: 'fleet/rollout', fields: { policy: 'all' } }]);
    await fleet.ask(...named('a', 'b'));
    await expect(fleet.tick()).rejects.toThrow(/fleet\/rollout cannot be understood/);
    expect(await fleet.begun()).toEqual([]);
    expect(await fleet.rollout({ goOn: true })).toMatchObject({
      kind: 'nothing to do',
      why: expect.stringContaining('damaged'),
    });
    await fleet.set({ atOnce: 1 });
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['a']);
  });
});

test('a shoot that is led back before its turn leaves the line at once, although it was never let in', async () => {
  await fleet.set({ atOnce: 1 });
  await fleet.ask(...named('a', 'b', 'c'));
  await fleet.minutes(1);
  await onAbort(fleet.engine, fleet.message({ shoot: 'garden-core/b' }));
  expect((await fleet.of('b')).status.kind).toBe('aborted');
  await fleet.minutes(14);
  expect(await fleet.begun()).toEqual(['a', 'c']);
});

test('the seed of a shoot is the one that its manifest names', async () => {
  const after = { ...toyShoot(['IPv4', 'IPv6']), seed: 'eu-1' };
  await takeInShootChange(fleet.engine, { before: toyShoot(['IPv4']), after, project: 'p' });
  expect((await fleet.of('api')).target.seed).toBe('eu-1');
});
