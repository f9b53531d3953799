import { describeError } from '../../engine/errors.ts';
import type { RoundResult, Step, StepRun } from '../../engine/step.ts';
import { ClusterRefused } from '../../kubernetes/errors.ts';
import type { Garden } from '../../kubernetes/garden.ts';
import { isMidway, type Migration } from '../../migration/migration.ts';
import { seedNameOf } from '../../migration/seed-name.ts';
import { type Stop, stopIn, uidOf } from './decide.ts';
import type { REASONS } from './reasons.ts';
import { isTrafficCut } from './traffic.ts';

/** How long a run goes on without looking whether it still may. */
const LOOK_EVERY_MS = 60_000;
/** How long after a stop it is looked again. */
const LOOK_AGAIN_SECONDS = 300;

/**
 * The step, unless somebody wants the shoot left alone: looked at when a run begins, and every minute of it. Then the migration
 * waits, for as long as that takes, and says why; it goes on by itself a few minutes after the annotation is gone or the shoot is
 * awake. Where the stop came before anything was done, the step has not begun, and waits for the maintenance window again.
 *
 * Not looked between an act and the next one while traffic depends on it, and not heeded as long as pods are without traffic
 * because of what was done so far: to stop there would be the emergency. Nobody goes round it by publishing the step: who stopped
 * the shoot lets it go.
 */
export function unlessStopped(step: Step): Step {
  const lookedAt = new WeakMap<StepRun, number>();
  const begun = new WeakSet<StepRun>();
  return {
    name: step.name,
    round: async (run) => {
      const now = run.clock.now();
      if (!isMidway(run.migration) && now >= (lookedAt.get(run) ?? now - LOOK_EVERY_MS) + LOOK_EVERY_MS) {
        const found = await stopOrTrouble(run);
        if (found.kind === 'free') lookedAt.set(run, now);
        else if (found.kind === 'another Shoot') return replaced(run.migration, found.uid);
        else if (!(await mustGoOn(step.name, run, found))) return stopped(found, !begun.has(run));
      }
      begun.add(run);
      return await step.round(run);
    },
  };
}

type Found =
  | { readonly kind: 'free' }
  | { readonly kind: 'stopped'; readonly stop: Stop }
  | { readonly kind: 'another Shoot'; readonly uid: string }
  /** Of a shoot of which nothing is known nothing is changed. */
  | { readonly kind: 'trouble'; readonly error: unknown };

type Halt = Extract<Found, { kind: 'stopped' | 'trouble' }>;

async function stopOrTrouble({ migration, ports }: StepRun): Promise<Found> {
  try {
    const shoot = await ports.garden.shoot();
    const uid = uidOf(shoot);
    if (uid !== undefined && uid !== migration.shoot.uid) return { kind: 'another Shoot', uid };
    const stop = await stopOf(shoot, ports.garden);
    return stop === undefined ? { kind: 'free' } : { kind: 'stopped', stop };
  } catch (error) {
    return { kind: 'trouble', error };
  }
}

/** Its own act, or its wait for what gives the pods their traffic back, comes first. */
async function mustGoOn(step: Step['name'], run: StepRun, found: Halt): Promise<boolean> {
  const isFallingAsleep = found.kind === 'stopped' && found.stop.reason === 'ShootHibernated';
  try {
    if (!(await isTrafficCut(step, run, { isFallingAsleep }))) return false;
  } catch (error) {
    throw found.kind === 'trouble' ? found.error : error;
  }
  const why = found.kind === 'stopped' ? found.stop.reason : describeError(found.error);
  run.log.warn({ step, stop: why }, 'not stopped yet: pods are to have their traffic back first');
  return true;
}

function stopped(found: Halt, nothingDone: boolean): RoundResult {
  if (found.kind === 'trouble') throw found.error;
  const { reason, message } = found.stop;
  return {
    ...{ kind: 'waiting', reason, message, lookAgainAfterSeconds: LOOK_AGAIN_SECONDS, patient: true },
    ...(nothingDone && { nothingDone }),
  };
}

/** A name may be given again: what is known of subnets and routes is that of a cluster that is gone. */
function replaced({ id, shoot }: Migration, uid: string): RoundResult {
  return {
    kind: 'blocked',
    reason: 'ShootReplaced' satisfies keyof typeof REASONS,
    message: `The Shoot ${shoot.key} was deleted and created anew: it has the UID ${uid}, and ${id} is a migration of ${shoot.uid}.`,
    remedy:
      'Nothing is left to do for this migration; the new Shoot has its own when it asks for dual-stack.',
  };
}

async function stopOf(shoot: unknown, garden: Garden): Promise<Stop | undefined> {
  const name = seedNameOf(shoot);
  const seed = name === undefined ? undefined : await seedNamed(garden, name);
  return seed === FORBIDDEN ? notReadable(String(name)) : stopIn({ shoot, seed });
}

const FORBIDDEN = Symbol('forbidden');

/**
 * Every authenticated user of a garden may read seeds (`gardener.cloud:system:read-global-resources`), unless somebody took that
 * away.
 */
async function seedNamed(garden: Garden, name: string): Promise<unknown> {
  try {
    return await garden.seed(name);
  } catch (error) {
    if (error instanceof ClusterRefused && error.reason === 'Forbidden') return FORBIDDEN;
    throw error;
  }
}

function notReadable(seed: string): Stop {
  const message = `nothing is changed while it is unknown whether reconciliations are stopped on the seed ${seed}; let the functions get seeds.core.gardener.cloud`;
  return { reason: 'SeedNotReadable', message };
}
