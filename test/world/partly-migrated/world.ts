import { onTestFinished } from 'vitest';
import {
  countedSince,
  createInProcessWorld,
  type InProcessOptions,
  type InProcessWorld,
} from '../../../infra/local/in-process/index.ts';
import { SHOOT_CHANGED } from '../../../shared/bus/topics.ts';
import type { Engine } from '../../../shared/engine/engine.ts';
import type { Step } from '../../../shared/engine/step.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import { FORWARD_STEPS, type StepName } from '../../../shared/migration/steps.ts';
import { STEPS } from '../../../shared/steps/index.ts';

export interface PartlyMigrated {
  readonly world: InProcessWorld;
  /** Has the shoot migrated from where it stands, up to the end or to a block. */
  migrate(): Promise<Migration>;
  /** What that migration, and nobody else, changed: mutating calls by method or verb and resource. */
  changes(): Changes;
  /** What the step came to in that migration, in its own words. */
  outcomeOf(step: StepName): Promise<string>;
}

export interface Changes {
  readonly compute: Readonly<Record<string, number>>;
  readonly cluster: Readonly<Record<string, number>>;
  readonly garden: Readonly<Record<string, number>>;
}

export const NODES = 4;

/**
 * A world in which somebody else has taken the shoot as far as `next`: all steps before it were done, none of it is known to
 * the migration that comes now. It is brought about by a migration of its own, whose later steps do nothing and say that
 * they are done.
 */
export async function takenUpTo(
  next: (typeof FORWARD_STEPS)[number] | 'the end',
  options: InProcessOptions = {},
): Promise<PartlyMigrated> {
  const idle = new Set<StepName>(next === 'the end' ? [] : FORWARD_STEPS.slice(FORWARD_STEPS.indexOf(next)));
  const world = await startWorld({ ...options, steps: stepsWithout(idle) });
  await world.changeShoot();
  const before = await world.runUntil('ended');
  if (before.status.kind !== 'succeeded') {
    throw new Error(`${before.position} is ${JSON.stringify(before.status)}`);
  }
  idle.clear();
  return partlyMigrated(world, async () => {
    const { before: single, after: dual } = world.shoot;
    const { project } = world.example;
    // The owner goes back and forth; the cluster itself stays as it is, since that takes Gardener days or never happens.
    await world.publish(SHOOT_CHANGED, { before: dual, after: single, project });
    await world.clock.advance(60_000);
    await world.publish(SHOOT_CHANGED, { before: single, after: dual, project });
    await world.runUntil((migration) => migration !== undefined && migration.id !== before.id);
  });
}

async function startWorld(options: InProcessOptions): Promise<InProcessWorld> {
  const world = await createInProcessWorld({ nodes: NODES, ...options });
  onTestFinished(() => world.stop());
  return world;
}

/** The product's steps, of which those in `idle` are done whenever they are asked; looked at anew each time. */
function stepsWithout(idle: ReadonlySet<StepName>): Engine['steps'] {
  const done = { kind: 'done', summary: 'left as it is' } as const;
  const wrapped = (step: Step): Step => ({
    name: step.name,
    round: async (run) => (idle.has(step.name) ? done : await step.round(run)),
  });
  return new Map([...STEPS].map(([name, step]) => [name, wrapped(step)]));
}

function partlyMigrated(world: InProcessWorld, start: () => Promise<void>): PartlyMigrated {
  const { compute, cluster, garden } = world;
  const counts = () => ({
    compute: compute.calls().byMethod,
    cluster: cluster.gate.counts(),
    garden: garden.gate.counts(),
  });
  let before = counts();
  return {
    world,
    migrate: async () => {
      before = counts();
      await start();
      return await world.runUntil('ended');
    },
    changes: () => {
      const now = counts();
      return {
        compute: changing(before.compute, now.compute, COMPUTE_READS),
        cluster: changing(before.cluster, now.cluster, CLUSTER_READS),
        garden: changing(before.garden, now.garden, GARDEN_READS),
      };
    },
    outcomeOf: async (step) => {
      const { migration, migrations } = world;
      const history = migration === undefined ? [] : await migrations.history(migration.id);
      return history.find((entry) => entry.step === step && entry.event === 'done')?.message ?? '';
    },
  };
}

const COMPUTE_READS = /\.(get|list|aggregatedList)$|Operations\.wait$/;
/**
 * Services are created as dry runs only: the question whether the API server accepts dual-stack ones. And an access review is
 * the question whether something is allowed.
 */
const CLUSTER_READS = /^(get|list|watch) |^create (services$|selfsubjectaccessreviews\.)/;
const GARDEN_READS = /^(get|list|watch) |^create selfsubjectaccessreviews\./;

function changing(
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
  reads: RegExp,
): Readonly<Record<string, number>> {
  const since = Object.entries(countedSince(before, now));
  return Object.fromEntries(since.filter(([call]) => !reads.test(call)).sort());
}
