import type { Engine } from '../engine/engine.ts';
import { describeError } from '../engine/errors.ts';
import type { Migration } from '../migration/migration.ts';
import { everyHold, type KeptHold } from '../store/holds.ts';
import { type KeptRollout, keptRollout } from '../store/rollout.ts';
import { resumeBitByBit } from './resume-bit-by-bit.ts';
import { openGates, type RolledOut, rollOut } from './roll-out.ts';

/** What was done about the fleet, for the log. */
export interface SteerReport extends RolledOut {
  /** Ids. */
  readonly resumed: readonly string[];
}

/**
 * What the tick does about all migrations together, before it looks at each: lets go of what was paused with everything else, and
 * lets in whose turn it is. What it goes by is read before the migrations are listed: a look at the same time either stands in
 * the list with all that it let in, or has made what was read out of date, and then nothing is written. Two reads of the store
 * beside the list of migrations, which the tick has anyway, and one for each canary that has not succeeded and is not under way.
 *
 * May be cut off after any line, run twice at once and be repeated. What cannot be read is taken for what holds more: nothing is
 * let in where it is not known whether everything is paused, and no gate opens where it is not known whether there is a rollout.
 *
 * @throws AggregateError by what is returned, after all was tried, with whatever stood in the way of some.
 */
export async function lookAtFleet(
  engine: Engine,
): Promise<(active: readonly Migration[]) => Promise<SteerReport | undefined>> {
  const { documents } = engine;
  const [holds, kept] = await Promise.allSettled([everyHold(documents), keptRollout(documents)]);
  return async (active) => await steer(engine, active, { holds, kept });
}

/** What was read, or why it could not be. */
interface Read {
  readonly holds: PromiseSettledResult<readonly KeptHold[]>;
  readonly kept: PromiseSettledResult<KeptRollout | undefined>;
}

async function steer(
  engine: Engine,
  active: readonly Migration[],
  { holds, kept }: Read,
): Promise<SteerReport | undefined> {
  const [resumed, rolled] = [
    await settled(async () =>
      holds.status === 'fulfilled' ? resumeBitByBit(engine, active, holds.value) : [],
    ),
    await settled(async () => {
      if (kept.status === 'rejected') return NOTHING;
      if (kept.value === undefined || kept.value.rollout.state.kind === 'off') {
        return await openGates(engine, active);
      }
      const held = holds.status === 'rejected' || holds.value.some(({ hold }) => hold.kind === 'all');
      return await rollOut(engine, active, kept.value, held);
    }),
  ];
  const troubles = [holds, kept, resumed, rolled].flatMap((each) =>
    each.status === 'rejected' ? [each.reason] : [],
  );
  if (troubles.length > 0) {
    const texts = troubles.map(describeError).join('; ');
    throw new AggregateError(troubles, `not all could be done about the fleet: ${texts}`);
  }
  const report = {
    resumed: resumed.status === 'fulfilled' ? resumed.value : [],
    ...(rolled.status === 'fulfilled' ? rolled.value : NOTHING),
  };
  const isNothing = report.resumed.length + report.letIn.length === 0 && report.stopped === undefined;
  return isNothing ? undefined : report;
}

const NOTHING: RolledOut = { letIn: [] };

async function settled<Answer>(effect: () => Promise<Answer>): Promise<PromiseSettledResult<Answer>> {
  const [result] = await Promise.allSettled([effect()]);
  return result;
}
