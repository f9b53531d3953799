import type { InProcessWorld } from '../../in-process/index.ts';
import { beginningOf } from '../../in-process/index.ts';

/** A moment of a run, in simulated seconds since the shoot was changed. */
interface Moment {
  readonly atSeconds: number;
  readonly what: string;
}

/**
 * What a human wants to read of a run: the migration's own history, the runs that did not end well, and the faults as they
 * struck, in order.
 *
 * @param faultLines Lines of the history, as `1234 fault {…}` with milliseconds.
 */
export async function storyLines(
  world: InProcessWorld,
  faultLines: readonly string[],
): Promise<readonly string[]> {
  const beganAt = beginningOf(world.shoot.shoot);
  const moments = [
    ...faultLines.map(faultMoment),
    ...badRuns(world, beganAt),
    ...(await entries(world, beganAt)),
  ];
  return moments
    .sort((one, other) => one.atSeconds - other.atSeconds)
    .map(({ atSeconds, what }) => `${atSeconds.toFixed(1).padStart(9)} s  ${what}`);
}

function faultMoment(line: string): Moment {
  const [milliseconds = ''] = line.split(' ');
  return { atSeconds: Number(milliseconds) / 1_000, what: `! ${line.slice(milliseconds.length + 1)}` };
}

function badRuns({ runLog }: InProcessWorld, beganAt: number): readonly Moment[] {
  return runLog.runs
    .filter(({ ending }) => ending !== 'acknowledged')
    .map(({ topic, endedAt, ending, said }) => ({
      atSeconds: (endedAt - beganAt) / 1_000,
      what: `  run of ${topic} ${ending}: ${said}`,
    }));
}

async function entries(
  { migration, migrations }: InProcessWorld,
  beganAt: number,
): Promise<readonly Moment[]> {
  if (migration === undefined) return [];
  return (await migrations.history(migration.id)).map(({ at, step, event, reason, message }) => ({
    atSeconds: (Date.parse(at) - beganAt) / 1_000,
    what: `  ${step ?? ''} ${event}${reason === undefined ? '' : ` (${reason})`}: ${message}`,
  }));
}
