import { expect } from 'vitest';
import { abort } from '../../shared/engine/abort.ts';
import { tick } from '../../shared/engine/tick.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { nudgeFor, stored } from '../support/started-migration.ts';
import type { TestEngine } from '../support/test-engine.ts';

/** The engine's own nudge for the way back, as far as the bus has one. */
export async function followNudge(engine: TestEngine, migration: Migration) {
  expect(engine.world.bus.published.at(-1)).toEqual({ topic: 'abort', nudge: nudgeFor(migration) });
  return await engine.clock.until(abort(engine, nudgeFor(migration)));
}

/** The migration has ended, led back, and the history says who wanted that. */
export async function expectLedBack(engine: TestEngine, migration: Migration): Promise<void> {
  expect(await stored(engine, migration)).toMatchObject({
    active: false,
    position: 'abort',
    paused: false,
    status: { kind: 'aborted' },
    constraints: [],
    outbox: [],
    finishedAt: expect.any(String),
  });
  const history = await engine.migrations.history(migration.id);
  expect(history.map(({ constraint }) => constraint)).toContainEqual({
    type: 'DualStackNodesMigrationReady',
    status: 'Removed',
  });
  expect(history.find(({ event }) => event === 'abort requested')).toMatchObject({ by: 'operator' });
  expect((await tick(engine)).actions).toEqual([]);
}
