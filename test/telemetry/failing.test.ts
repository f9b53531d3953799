import { expect, test } from 'vitest';
import { runStep } from '../../shared/engine/run-step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { watchEngine } from '../../shared/telemetry/index.ts';
import type { Sink } from '../../shared/telemetry/sink.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { recordedLog } from './watching.ts';

function broken(): never {
  throw new Error('a mistake in the sink');
}

const BROKEN: Sink = {
  span: broken,
  fleet: broken,
  run: broken,
  nodes: broken,
  lostNodeSeconds: broken,
  flush: async () => undefined,
};

const NOT_TOLD = 'what was seen could not be told; the work goes on';

test('a mistake in what watches fails no run, no tick and no message, and is in the log', async () => {
  const looks = scriptedStep(FIRST, async ({ tellNodes }) => {
    tellNodes?.(broken);
    return DONE;
  });
  const toy = testEngine({ steps: [looks] });
  const { log, lines } = recordedLog();
  const telemetry = watchEngine({ project: 'toy-project', clock: toy.clock, log, sink: BROKEN });
  const engine = { ...toy, log, telemetry };
  const { id, shoot } = await startedMigration(engine);
  expect(await tick(engine)).toMatchObject({ looked: 1 });
  expect(await runStep(engine, FIRST, { shoot: shoot.key, cause: 'engine' })).toEqual({
    kind: 'ran',
    migration: id,
    outcome: 'done',
  });
  const result = { kind: 'paused', migration: id };
  expect(await telemetry.delivery({ name: 'pause', attributes: {} }, async () => result)).toBe(result);
  const failure = telemetry.delivery({ name: 'pause', attributes: {} }, async () => {
    throw new Error('the store is away');
  });
  await expect(failure).rejects.toThrow('the store is away');
  // Of the tick, the nodes, the run and the message.
  expect(lines.filter(({ message }) => message === NOT_TOLD)).toHaveLength(4);
});
