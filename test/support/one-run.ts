import type { RoundResult, Step } from '../../shared/engine/step.ts';
import { runFirst, startedMigration, stored } from './started-migration.ts';
import { testEngine } from './test-engine.ts';

/** A first step's nudge, run to its end. */
export async function ran(step: Step, options: Parameters<typeof testEngine>[0] = {}) {
  const engine = testEngine({ steps: [step], ...options });
  const started = await startedMigration(engine);
  const result = await runFirst(engine, started);
  return { engine, result, migration: await stored(engine, started) };
}

export function waits(lookAgainAfterSeconds: number): RoundResult {
  return {
    kind: 'waiting',
    reason: 'Rolling',
    message: 'nodes are rolled',
    lookAgainAfterSeconds,
    progress: { done: 1, total: 3, unit: 'nodes dual-stack' },
  };
}
