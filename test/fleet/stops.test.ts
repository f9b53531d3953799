import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { onNudge } from '../../shared/edge/handlers.ts';
import { type ToyFleet, toyFleet } from './toy-fleet.ts';

let fleet: ToyFleet;

beforeEach(() => {
  fleet = toyFleet();
});

const named = (...names: readonly string[]) => names.map((name) => ({ name }));
const ONE_CANARY = { canaries: ['garden-core/a'] };

async function retry(name: string): Promise<void> {
  const { position, shoot } = await fleet.of(name);
  await onNudge(position)(fleet.engine, fleet.message({ shoot: shoot.key }));
  await fleet.settle();
}

describe('a canary', () => {
  test('is let in alone, and the others only when it is dual-stack', async () => {
    await fleet.set({ atOnce: 5, ...ONE_CANARY });
    await fleet.ask(...named('a', 'b', 'c'));
    await fleet.minutes(9);
    expect(await fleet.begun()).toEqual(['a']);
    await fleet.minutes(5);
    expect(await fleet.begun()).toEqual(['a', 'b', 'c']);
    expect((await fleet.stored()).passed).toEqual(['garden-core/a']);
    fleet.expectLawful();
  });

  test('comes first although it asked last', async () => {
    await fleet.set({ atOnce: 1, canaries: ['garden-core/z'] });
    await fleet.ask(...named('a', 'b'), { name: 'z', project: 'busy' });
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['z']);
  });

  test.each(['enable-ipv6-subnets', 'preflight'])(
    'that is blocked in %s stops the rollout, by its name',
    async (step) => {
      fleet.blocked.set('a', step);
      await fleet.set({ atOnce: 5, stopAfterBlocked: 3, ...ONE_CANARY });
      await fleet.ask(...named('a', 'b'));
      await fleet.minutes(3);
      expect(await fleet.begun()).not.toContain('b');
      expect((await fleet.stored()).state).toMatchObject({
        kind: 'stopped',
        by: 'rollout',
        reason: 'CanaryBlocked',
        message: expect.stringContaining('garden-core/a'),
        troubles: [{ shoot: 'garden-core/a' }],
      });
    },
  );

  test('that is led back stops the rollout, and is not skipped', async () => {
    await fleet.set({ atOnce: 5, ...ONE_CANARY });
    await fleet.ask(...named('a', 'b'));
    await fleet.minutes(2);
    await fleet.engine.migrations.change((await fleet.of('a')).id, (current) => ({
      migration: { ...current, active: false, status: { kind: 'aborted', since: current.updatedAt } },
    }));
    await fleet.minutes(2);
    expect((await fleet.stored()).state).toMatchObject({ kind: 'stopped', reason: 'CanaryLedBack' });
    expect(await fleet.begun()).toEqual(['a']);
  });

  test('that does not exist keeps everybody waiting, and stops nothing', async () => {
    await fleet.set({ atOnce: 5, canaries: ['garden-core/nobody'] });
    await fleet.ask(...named('a'));
    await fleet.minutes(5);
    expect(await fleet.begun()).toEqual([]);
    expect((await fleet.stored()).state.kind).toBe('running');
    await fleet.ask({ name: 'nobody' });
    await fleet.minutes(15);
    expect(await fleet.begun()).toEqual(['a', 'nobody']);
  });

  test('that was dual-stack before the policy was set has passed', async () => {
    await fleet.ask(...named('a'));
    await fleet.minutes(15);
    await fleet.set({ atOnce: 1, ...ONE_CANARY });
    await fleet.ask(...named('b'));
    await fleet.minutes(1);
    expect(await fleet.begun()).toContain('b');
  });

  test('that was mended before going on still has to succeed first', async () => {
    fleet.blocked.set('a', 'migrate-routes');
    await fleet.set({ atOnce: 5, ...ONE_CANARY });
    await fleet.ask(...named('a', 'b'));
    await fleet.minutes(2);
    fleet.blocked.clear();
    await retry('a');
    await fleet.minutes(1);
    expect((await fleet.stored()).state).toMatchObject({ kind: 'stopped', troubles: [] });
    await fleet.rollout({ goOn: true });
    expect((await fleet.stored()).accepted).toEqual([]);
    await fleet.minutes(3);
    expect(await fleet.begun()).toEqual(['a']);
    await fleet.minutes(12);
    expect(await fleet.begun()).toEqual(['a', 'b']);
    fleet.expectLawful();
  });

  test('that was accepted holds up nobody any more', async () => {
    fleet.blocked.set('a', 'migrate-routes');
    await fleet.set({ atOnce: 5, ...ONE_CANARY });
    await fleet.ask(...named('a', 'b'));
    await fleet.minutes(2);
    await fleet.rollout({ goOn: true });
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['a', 'b']);
  });
});

describe('a block', () => {
  test('of one that was let in stops the rollout; what was let in goes on', async () => {
    fleet.blocked.set('a', 'migrate-routes');
    await fleet.set({ atOnce: 2 });
    await fleet.ask(...named('a', 'b', 'c', 'd'));
    await fleet.minutes(30);
    expect(await fleet.begun()).toEqual(['a', 'b']);
    expect((await fleet.of('b')).status.kind).toBe('succeeded');
    expect((await fleet.stored()).state).toMatchObject({
      kind: 'stopped',
      reason: 'ShootsBlocked',
      message: expect.stringContaining('garden-core/a is blocked'),
    });
  });

  test('that stops it is told once, in the line that an alert is built on, with the shoots', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({ messageKey: 'message' }, { write: (line: string) => lines.push(JSON.parse(line)) });
    fleet.blocked.set('a', 'migrate-routes');
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b'));
    await fleet.minutes(1);
    for (let times = 0; times < 3; times += 1) await fleet.tick({ ...fleet.engine, log });
    expect(lines.filter(({ message }) => message === 'rollout stopped')).toEqual([
      expect.objectContaining({
        level: 40,
        reason: 'ShootsBlocked',
        why: expect.stringContaining('garden-core/a is blocked'),
      }),
    ]);
  });

  test('is heeded when as many are as the policy says, not before', async () => {
    fleet.blocked.set('a', 'migrate-routes').set('c', 'migrate-routes');
    await fleet.set({ atOnce: 3, stopAfterBlocked: 2 });
    await fleet.ask(...named('a', 'b', 'c', 'd', 'e'));
    await fleet.minutes(1);
    expect((await fleet.stored()).state.kind).toBe('running');
    await fleet.minutes(1);
    expect((await fleet.stored()).state.kind).toBe('stopped');
  });

  test('by the plan of one that is no canary stops nothing, and takes no place', async () => {
    fleet.blocked.set('a', 'preflight');
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b'));
    await fleet.minutes(20);
    expect((await fleet.of('b')).status.kind).toBe('succeeded');
    expect((await fleet.stored()).state.kind).toBe('running');
  });

  test('of one that had begun before the policy was set stops nothing', async () => {
    fleet.blocked.set('a', 'migrate-routes');
    await fleet.ask(...named('a'));
    await fleet.set({ atOnce: 2 });
    await fleet.ask(...named('b'));
    await fleet.minutes(2);
    expect((await fleet.stored()).state.kind).toBe('running');
    expect(await fleet.begun()).toEqual(['a', 'b']);
  });
});

describe('going on', () => {
  async function stopped(): Promise<void> {
    fleet.blocked.set('a', 'migrate-routes');
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b', 'c'));
    await fleet.minutes(3);
    expect((await fleet.stored()).state.kind).toBe('stopped');
  }

  test('accepts what it was stopped for, which takes no place and stops nothing any more', async () => {
    await stopped();
    await fleet.rollout({ goOn: true });
    expect((await fleet.stored()).accepted).toMatchObject([{ shoot: 'garden-core/a' }]);
    expect((await fleet.stored()).events.at(-1)).toMatchObject({
      event: 'went on',
      message: 'accepted: garden-core/a',
      who: { name: 'alice@example.com', verified: false },
    });
    await fleet.minutes(40);
    expect(await fleet.which(({ status }) => status.kind === 'succeeded')).toEqual(['b', 'c']);
    expect((await fleet.stored()).state.kind).toBe('running');
    fleet.expectLawful();
  });

  test('does not accept what goes wrong afterwards', async () => {
    await stopped();
    fleet.blocked.set('b', 'migrate-routes');
    await fleet.rollout({ goOn: true });
    await fleet.minutes(3);
    expect((await fleet.stored()).state).toMatchObject({
      kind: 'stopped',
      troubles: [{ shoot: 'garden-core/b' }],
    });
    expect(await fleet.begun()).toEqual(['a', 'b']);
  });

  test('accepts what went wrong while it stood and was shown', async () => {
    fleet.blocked.set('a', 'enable-ipv6-subnets').set('b', 'check-nodes');
    await fleet.set({ atOnce: 2 });
    await fleet.ask(...named('a', 'b', 'c'));
    await fleet.minutes(3);
    const { state } = await fleet.stored();
    expect(state).toMatchObject({
      kind: 'stopped',
      troubles: [{ shoot: 'garden-core/a' }, { shoot: 'garden-core/b' }],
    });
    await fleet.rollout({ goOn: true });
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['a', 'b', 'c']);
  });

  test('by the same message again changes nothing, also after a later stop', async () => {
    await stopped();
    await fleet.rollout({ goOn: true }, 'the-message');
    await fleet.rollout({ stop: true });
    const before = await fleet.stored();
    expect(await fleet.rollout({ goOn: true }, 'the-message')).toMatchObject({ kind: 'nothing to do' });
    expect(await fleet.stored()).toEqual(before);
  });

  test('is asked for by nothing else: another policy does not end a stop', async () => {
    await stopped();
    await fleet.set({ atOnce: 5, stopAfterBlocked: 9 });
    await fleet.minutes(2);
    expect((await fleet.stored()).state.kind).toBe('stopped');
    expect(await fleet.begun()).toEqual(['a']);
  });

  test('after a stop by hand lets in again', async () => {
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...named('a', 'b'));
    await fleet.minutes(1);
    await fleet.rollout({ stop: true });
    await fleet.minutes(20);
    expect(await fleet.begun()).toEqual(['a']);
    await fleet.rollout({ goOn: true });
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['a', 'b']);
  });
});
