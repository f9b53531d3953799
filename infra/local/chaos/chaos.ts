import { systemClock } from '../../../shared/clock.ts';
import { ABORT, isStepName } from '../../../shared/migration/steps.ts';
import { seededRandom } from '../random.ts';
import { follow } from './follow.ts';
import { MemoryWatch } from './memory.ts';
import type { Observations, Recovery } from './observations.ts';
import type { ChaosOptions } from './options.ts';
import type { ChaosView } from './progress.ts';
import { shootOrder } from './shoot-order.ts';
import { type ShootWorld, startShootWorld } from './shoot-world.ts';
import { strokes } from './strokes.ts';
import { type ChaosSurroundings, LEASE_MS, startSurroundings } from './surroundings.ts';

/** A shoot that starts later than so long before the end of the kills would see none of them. */
const LAST_START_MS = 15_000;
/** The first shoots are to be killed at until they are through, but for no longer than so many times what was asked. */
const MOST_OVERTIME = 3;
/** Once nothing is killed any more, everything comes to its end within this. */
export const SETTLE_MS = 6 * 60_000;
/** What comes late (messages again, instances that slept) has so long to do harm before it is looked. */
const QUIET_MS = 10_000;
const LOOK_AT_MEMORY_MS = 2_000;
const LOOK_FOR_RUN_MS = 5;

/** What is known before everything was stopped. */
type Observed = Omit<Observations, 'leftBehind' | 'wallSeconds' | 'ends'>;

interface Where {
  /** For the functions' log, and for what they are told of the shoots. */
  readonly folder: string;
  readonly view: ChaosView;
  readonly signal: AbortSignal;
}

/** Runs it all and stops it all; resolves with what was to be seen, undefined when `signal` aborted first. */
export async function runChaos(
  options: ChaosOptions,
  { folder, view, signal }: Where,
): Promise<Observations | undefined> {
  const startedAt = systemClock.now();
  const started = new AsyncDisposableStack();
  let observed: Observed | undefined;
  let surroundings: ChaosSurroundings | undefined;
  try {
    surroundings = await startSurroundings(options, { started, folder });
    view.say(surroundings.backends.description);
    observed = await run(surroundings, options, { folder, view, signal, started });
  } finally {
    view.end();
    await started.disposeAsync();
  }
  if (observed === undefined || signal.aborted) return undefined;
  const { fleet } = surroundings;
  return {
    ...observed,
    ends: fleet.ends,
    leftBehind: fleet.pids.filter(isThere),
    wallSeconds: (systemClock.now() - startedAt) / 1000,
  };
}

async function run(
  surroundings: ChaosSurroundings,
  options: ChaosOptions,
  { folder, view, signal, started }: Where & { started: AsyncDisposableStack },
): Promise<Observed | undefined> {
  const { clock, fleet, balancer, deliveries, migrations } = surroundings;
  const worlds: ShootWorld[] = [];
  const recoveries: Recovery[] = [];
  const memory = new MemoryWatch();
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const endsAt = systemClock.now() + options.minutes * 60_000;
  const firstOnes = new Set(Array.from({ length: options.shoots }, (_, slot) => slot));

  /** One shoot after the other; as many slots as shoots migrate at once. */
  async function slot(number: number): Promise<void> {
    for (let turn = 0; !until.aborted; turn += 1) {
      if (turn > 0 && systemClock.now() > endsAt - LAST_START_MS) return;
      const order = shootOrder({ slot: number, turn, slots: options.shoots, nodes: options.nodes });
      const world = await startShootWorld(order, { clock, folder, started });
      worlds.push(world);
      const listener = {
        recovered: (recovery: Recovery) => {
          recoveries.push(recovery);
          view.say(`${recovery.shoot}: ${recovery.step} is set going again after ${recovery.reason}`);
        },
        saw: view.saw,
      };
      await follow(world, surroundings, listener, until);
      firstOnes.delete(number);
    }
  }

  const runsOf = (pid: number) => balancer.underWay(pid).filter(isRun);

  /** The first stroke waits for a run, so that however short it all is, somebody is killed in the middle of one. */
  async function someRun(): Promise<void> {
    while (!until.aborted && fleet.alive().every(({ pid }) => runsOf(pid).length === 0)) {
      await systemClock.sleep(LOOK_FOR_RUN_MS, until).catch(() => undefined);
    }
  }

  async function kill(): Promise<void> {
    const mostEndsAt = endsAt + (MOST_OVERTIME - 1) * options.minutes * 60_000;
    for (const stroke of strokes(seededRandom(options.seed), LEASE_MS)) {
      await systemClock.sleep(stroke.afterMs * fleet.slowness(), until).catch(() => undefined);
      const now = systemClock.now();
      const enough = now >= endsAt && (firstOnes.size === 0 || now >= mostEndsAt);
      if (until.aborted || enough || fleet.failure !== undefined) return;
      if (fleet.struck.length === 0) await someRun();
      fleet.strike(stroke, fleet.struck.length === 0 ? runsOf : balancer.underWay);
      view.show({ struck: fleet.struck, deliveries: deliveries.figures() });
    }
  }

  async function lookAtMemory(): Promise<void> {
    while (!until.aborted) {
      await memory.look(fleet.alive().map(({ pid }) => pid));
      await systemClock.sleep(LOOK_AT_MEMORY_MS, until).catch(() => undefined);
    }
  }

  const looking = lookAtMemory();
  const killing = kill();
  const slots = Promise.all([...firstOnes].map(slot));
  try {
    await Promise.race([killing, slots.then(() => killing)]);
    if (!until.aborted) view.say('no more kills');
    const patience = systemClock.sleep(SETTLE_MS, until).catch(() => undefined);
    await Promise.race([slots, patience]);
    if (fleet.failure !== undefined) throw fleet.failure;
    await systemClock.sleep(QUIET_MS, until).catch(() => undefined);
    if (signal.aborted) return undefined;
    return {
      backend: surroundings.backends.kind,
      shoots: await Promise.all(worlds.map((world) => world.observe(migrations))),
      struck: fleet.struck,
      errorLines: surroundings.errorLines,
      deliveries: deliveries.figures(),
      deadLetters: deliveries.deadLetters(),
      ...(await onRecord(surroundings)),
      recoveries,
      memory: memory.most(),
    };
  } finally {
    over.abort();
    await Promise.allSettled([slots, looking, killing]);
  }
}

/** What the functions put on record of messages that they did not take. */
async function onRecord({ backends: { documents } }: ChaosSurroundings) {
  const refusals = await documents.list('refusals', { limit: 500 });
  const isDead = (refusal: (typeof refusals)[number]) => refusal.fields.receiver === 'dead-letter';
  return {
    deadLettersOnRecord: refusals.filter(isDead).length,
    refusals: refusals
      .filter((refusal) => !isDead(refusal))
      .map(({ fields }) => `${fields.receiver}: ${fields.reason}: ${fields.message}`),
  };
}

/** Messages that are no nudge at a step are dealt with in a moment. */
function isRun(topic: string): boolean {
  return topic === ABORT || isStepName(topic);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
