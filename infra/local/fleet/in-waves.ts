import { PAUSE, RESUME, ROLLOUT } from '../../../shared/bus/topics.ts';
import { isGated } from '../../../shared/migration/migration.ts';
import type { RolloutPolicy } from '../../../shared/migration/rollout-policy.ts';
import { everyHold } from '../../../shared/store/holds.ts';
import { keptRollout, type Rollout } from '../../../shared/store/rollout.ts';
import type { Course } from './course.ts';
import type { Fleet } from './fleet.ts';
import type { Incident } from './incident.ts';
import type { ShootOrder } from './shoot-order.ts';
import { WaveWatch } from './wave-watch.ts';

/** How a fleet is led in waves, and what operators do meanwhile. */
export interface Waves {
  readonly policy: RolloutPolicy;
  /** Goes wrong until the rollout is through with all others. */
  readonly incident?: Incident | undefined;
  /** Everything is paused once a third is dual-stack, for half an hour; then so many go on each minute. */
  readonly resumePerMinute?: number | undefined;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/**
 * Shoots that wait at the gate, for each that may be under way: worlds of a thousand clusters at rest cost more than those that
 * migrate.
 */
const AHEAD = 2;
/** How long operators take before they answer a stop, and how long a standstill is. */
const ANSWER_MINUTES = 10;
const STANDSTILL_MINUTES = 30;

/**
 * The policy first, then owners ask, those whose windows open next, so that a few always wait at the gate. A stop is answered by
 * going on with what is wrong; that is mended last. Looks each minute whether the rollout keeps to its policy, and throws where
 * it does not.
 */
export function inWaves({ policy, incident, resumePerMinute }: Waves): Course & { watch(): WaveWatch } {
  let watch: WaveWatch | undefined;
  let isDone = false;
  return {
    watch: () => {
      if (watch === undefined) throw new Error('the rollout has not begun');
      return watch;
    },
    isOver: ({ census, orders }) => isDone && census.count('succeeded') >= orders.length,
    lead: async (fleet, signal) => {
      const { clock, engine, orders, census } = fleet;
      const seen = new WaveWatch(fleet);
      watch = seen;
      const operators = new Operators(fleet, resumePerMinute);
      const asked = new Set<string>();
      await fleet.bus.publish(ROLLOUT, { body: { set: policy } });
      while (!isDone) {
        await clock.sleep(MINUTE_MS, signal);
        const kept = await keptRollout(engine.documents);
        if (kept === undefined) continue;
        const hold = (await everyHold(engine.documents)).find((each) => each.hold.kind === 'all')?.hold;
        seen.look(kept.rollout, { isHeld: hold !== undefined, isGoingOn: hold?.release !== undefined });
        await ask(fleet, asked, policy);
        await operators.answer(kept.rollout);
        await operators.standStillOnce();
        isDone = census.count('succeeded') + (incident === undefined ? 0 : 1) >= orders.length;
      }
      await mended(fleet, incident);
    },
  };
}

/** What operators do, a minute at a time. */
class Operators {
  readonly #fleet: Fleet;
  readonly #resumePerMinute: number | undefined;
  #stoppedMinutes = 0;
  /** For how many minutes everything has stood still; undefined before it does. */
  #standstill: number | undefined;

  constructor(fleet: Fleet, resumePerMinute: number | undefined) {
    this.#fleet = fleet;
    this.#resumePerMinute = resumePerMinute;
  }

  /** Goes on after a stop, some minutes later. */
  async answer({ state }: Rollout): Promise<void> {
    this.#stoppedMinutes = state.kind === 'stopped' ? this.#stoppedMinutes + 1 : 0;
    if (this.#stoppedMinutes !== ANSWER_MINUTES) return;
    await this.#fleet.bus.publish(ROLLOUT, { body: { goOn: true } });
  }

  /** Pauses everything in the middle, if that was asked for, and lets it go on some minutes later. */
  async standStillOnce(): Promise<void> {
    const { bus, census, orders } = this.#fleet;
    const perMinute = this.#resumePerMinute;
    if (perMinute === undefined) return;
    if (this.#standstill === undefined) {
      if (census.count('succeeded') * 3 < orders.length) return;
      this.#standstill = 0;
      await bus.publish(PAUSE, { body: { all: true } });
      return;
    }
    this.#standstill += 1;
    if (this.#standstill !== STANDSTILL_MINUTES) return;
    await bus.publish(RESUME, { body: { all: true, perMinute } });
  }
}

/** Owners ask until so many wait at the gate: canaries first, then those whose windows open next. */
async function ask(fleet: Fleet, asked: Set<string>, { atOnce, canaries }: RolloutPolicy): Promise<void> {
  const { census, orders, clock } = fleet;
  const waiting = [...asked].filter((key) => {
    const migration = census.of(key);
    return migration === undefined || (migration.active && isGated(migration));
  });
  const now = Math.floor(clock.now() / MINUTE_MS) % DAY_MINUTES;
  // An open window counts as the next to open as long as half of it is left.
  const opensIn = ({ windowOpens }: ShootOrder) => (windowOpens + 120 - now + 2 * DAY_MINUTES) % DAY_MINUTES;
  const next = orders.filter(({ key }) => !asked.has(key)).toSorted((a, b) => opensIn(a) - opensIn(b));
  const isCanary = ({ key }: ShootOrder) => canaries.includes(key);
  const inOrder = [...next.filter(isCanary), ...next.filter((order) => !isCanary(order))];
  for (const order of inOrder.slice(0, Math.max(0, atOnce * AHEAD - waiting.length))) {
    asked.add(order.key);
    await fleet.changeShoot(order);
  }
}

async function mended({ bus, census }: Fleet, incident: Incident | undefined): Promise<void> {
  const migration = incident && census.of(incident.shoot);
  if (migration === undefined) return;
  incident?.mend();
  await bus.publish(migration.position, { body: { shoot: migration.shoot.key } });
}
