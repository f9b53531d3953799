import { describe, expect, test } from 'vitest';
import { pause, resume } from '../../shared/engine/pause.ts';
import type { RoundResult } from '../../shared/engine/step.ts';
import type { Outcome } from '../../shared/migration/outcome.ts';
import { FIRST, scriptedStep } from '../support/scripted-step.ts';
import { runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { type TestEngine, testEngine } from '../support/test-engine.ts';

const HOUR = 3_600_000;

type Waiting = Extract<Outcome, { kind: 'waiting' }>;

function waiting(changes: Partial<Waiting> = {}): RoundResult {
  const wait = { reason: 'Rolling', message: 'still rolling', lookAgainAfterSeconds: 3_600 };
  return { kind: 'waiting', ...wait, ...changes };
}

const done = (so: number) => ({ progress: { done: so, total: 9, unit: 'nodes' } });

async function afterHours(rounds: readonly RoundResult[], between?: (engine: TestEngine) => Promise<void>) {
  const engine = testEngine({ steps: [scriptedStep(FIRST, ...rounds)] });
  const migration = await startedMigration(engine);
  for (const _ of rounds.slice(1)) {
    await runFirst(engine, migration);
    await engine.clock.advance(HOUR);
  }
  await between?.(engine);
  const last = await runFirst(engine, migration);
  return { engine, migration, last, now: await stored(engine, migration) };
}

describe('a wait of which nothing comes', () => {
  test('blocks the migration after thirty hours, with what was waited for since when', async () => {
    const almost = await afterHours(Array.from({ length: 30 }, () => waiting()));
    expect(almost.now.status.kind).toBe('waiting');
    const { now } = await afterHours(Array.from({ length: 31 }, () => waiting()));
    expect(now.status).toMatchObject({
      kind: 'blocked',
      reason: 'WaitsInVain',
      message: `Nothing has come of waiting since ${now.createdAt} (Rolling: still rolling).`,
      remedy: expect.stringContaining('publish the step again'),
    });
  });

  test('counts although the step acts in between, and although it is sat out within its runs', async () => {
    const rounds = Array.from({ length: 31 }, (_, hour): RoundResult[] => [
      { kind: 'acted', description: `note ${hour}` },
      waiting({ lookAgainAfterSeconds: 30 }),
      waiting(),
    ]).flat();
    const engine = testEngine({ steps: [scriptedStep(FIRST, ...rounds)] });
    const migration = await startedMigration(engine);
    for (let hour = 0; hour <= 30; hour += 1) {
      await runFirst(engine, migration);
      await engine.clock.advance(HOUR);
    }
    expect((await stored(engine, migration)).status).toMatchObject({ reason: 'WaitsInVain' });
  });

  test('is one wait, whatever it is for, as long as no more is done', async () => {
    const rounds = Array.from({ length: 31 }, (_, hour) =>
      waiting({ reason: `Reason${hour}`, ...done(hour === 0 ? 4 : hour % 4) }),
    );
    expect((await afterHours(rounds)).now.status).toMatchObject({ reason: 'WaitsInVain' });
  });

  test('is not begun anew by somebody else’s turn in between, and the time of that does not count', async () => {
    const turns = (hours: number) =>
      Array.from({ length: hours }, (_, hour) => {
        const others = hour % 2 === 1;
        return waiting({ ...(others && { reason: 'TheirTurn', patient: true }), ...done(0) });
      });
    expect((await afterHours(turns(59))).now.status.kind).toBe('waiting');
    expect((await afterHours(turns(61))).now.status).toMatchObject({ reason: 'WaitsInVain' });
  });

  test.each<[what: string, rounds: readonly RoundResult[]]>([
    [
      'something else is counted now and then',
      Array.from({ length: 60 }, (_, hour) =>
        waiting({ progress: { done: 0, total: 9, unit: `things of kind ${Math.floor(hour / 20)}` } }),
      ),
    ],
    [
      'more is done now and then',
      Array.from({ length: 60 }, (_, hour) => waiting(done(Math.floor(hour / 20)))),
    ],
    [
      'it is another one',
      Array.from({ length: 60 }, (_, hour) => waiting({ reason: `Reason${Math.floor(hour / 20)}` })),
    ],
    ['it is somebody else’s turn', Array.from({ length: 60 }, () => waiting({ patient: true }))],
  ])('goes on where %s', async (_, rounds) => {
    expect((await afterHours(rounds)).now.status.kind).toBe('waiting');
  });

  test('begins anew when the step is published by hand, and when the migration is resumed', async () => {
    const { engine, migration } = await afterHours(Array.from({ length: 31 }, () => waiting()));
    expect(await runFirst(engine, migration, 'operator')).toMatchObject({ kind: 'ran', outcome: 'waiting' });
  });

  test('begins anew when the migration is resumed', async () => {
    const rounds = Array.from({ length: 31 }, () => waiting());
    const { now } = await afterHours(rounds, async (engine) => {
      const target = { kind: 'shoot', name: 'garden-core/api' } as const;
      await pause(engine, target);
      await resume(engine, target);
    });
    expect(now.status.kind).toBe('waiting');
  });
});
