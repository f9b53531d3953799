import { loadOf, takesPlace } from '../../../shared/fleet/load.ts';
import { hasBegun, isMidway, type Migration } from '../../../shared/migration/migration.ts';
import type { Rollout } from '../../../shared/store/rollout.ts';
import type { Fleet } from './fleet.ts';

/** A rollout let in what its policy does not allow. */
export class BrokenPolicy extends Error {}

/** What a rollout came to, for the report. */
export interface WaveFigures {
  readonly letIn: number;
  readonly most: { readonly atOnce: number; readonly perProject: number; readonly perSeed: number };
  /** Minutes from the first let in until the last canary was dual-stack. */
  readonly canaryMinutes: number | undefined;
  readonly stops: readonly { readonly reason: string; readonly minute: number }[];
  /** Minutes for which everything was paused, and then until the last one went on. */
  readonly paused: { readonly minutes: number; readonly resumedIn: number } | undefined;
}

/** How long a run may take to its safe point once everything was paused. */
const TO_SAFE_POINT_MS = 10 * 60_000;

/** Looks at a fleet each minute whether its rollout keeps to its policy, and notes how it went. */
export class WaveWatch {
  readonly #fleet: Fleet;
  readonly #most = { atOnce: 0, perProject: 0, perSeed: 0 };
  readonly #letIn = new Map<string, number>();
  readonly #stops: { reason: string; minute: number }[] = [];
  readonly #beganAt: number;
  #canariesPassedAt: number | undefined;
  #stoppedSince: number | undefined;
  #pausedSince: number | undefined;
  #resumed: number | undefined;
  #pausedFor: number | undefined;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#beganAt = fleet.clock.now();
  }

  /** @throws BrokenPolicy */
  look(rollout: Rollout, held: { readonly isHeld: boolean; readonly isGoingOn: boolean }): void {
    const { clock, census } = this.#fleet;
    const now = clock.now();
    const all = [...census.migrations()];
    this.#count(all, rollout);
    this.#noteStop(rollout, now);
    const canaries = rollout.policy.canaries;
    const passed = canaries.every((key) => census.of(key)?.status.kind === 'succeeded');
    if (passed) this.#canariesPassedAt ??= now;
    for (const migration of all) this.#noteLetIn(migration, passed || canaries.includes(migration.shoot.key));
    this.#notePause(all, held, now);
  }

  figures(): WaveFigures {
    const began = Math.min(...this.#letIn.values());
    const passedAt = this.#canariesPassedAt;
    return {
      letIn: this.#letIn.size,
      most: { ...this.#most },
      canaryMinutes: passedAt === undefined ? undefined : minutes(passedAt - began),
      stops: this.#stops,
      paused:
        this.#pausedFor === undefined
          ? undefined
          : { minutes: minutes(this.#pausedFor), resumedIn: minutes(this.#resumed ?? 0) },
    };
  }

  #count(all: readonly Migration[], rollout: Rollout): void {
    const { policy } = rollout;
    const { total, projects, seeds } = loadOf(all.filter((each) => takesPlace(each, rollout)));
    const present = { atOnce: total, perProject: most(projects), perSeed: most(seeds) };
    for (const name of ['atOnce', 'perProject', 'perSeed'] as const) {
      const allowed = policy[name] ?? Number.POSITIVE_INFINITY;
      if (present[name] > allowed) throw new BrokenPolicy(`${present[name]} ${name}, ${allowed} are allowed`);
      this.#most[name] = Math.max(this.#most[name], present[name]);
    }
  }

  #noteLetIn({ id, shoot, gate, active, steps }: Migration, mayBe: boolean): void {
    const { letIn } = gate ?? {};
    if (letIn === undefined) {
      const changed = steps.some(({ name, startedAt }) => name !== 'preflight' && startedAt !== undefined);
      if (active && changed) throw new BrokenPolicy(`${shoot.key} was begun and not let in`);
      return;
    }
    if (this.#letIn.has(id)) return;
    const at = Date.parse(letIn.at);
    if (!mayBe) throw new BrokenPolicy(`${shoot.key} was let in before the canaries`);
    if (this.#stoppedSince !== undefined && at > this.#stoppedSince) {
      throw new BrokenPolicy(`${shoot.key} was let in after the rollout had stopped`);
    }
    this.#letIn.set(id, at);
  }

  #noteStop({ state }: Rollout, now: number): void {
    if (state.kind !== 'stopped') this.#stoppedSince = undefined;
    else if (this.#stoppedSince === undefined) {
      this.#stoppedSince = Date.parse(state.since);
      this.#stops.push({ reason: state.reason, minute: minutes(now - this.#beganAt) });
    }
  }

  #notePause(
    all: readonly Migration[],
    { isHeld, isGoingOn }: { readonly isHeld: boolean; readonly isGoingOn: boolean },
    now: number,
  ): void {
    if (isHeld) {
      this.#pausedSince ??= now;
      const late = now - this.#pausedSince > TO_SAFE_POINT_MS;
      const runs = all.find((each) => each.active && hasBegun(each) && (!each.paused || isMidway(each)));
      if (late && !isGoingOn && runs !== undefined)
        throw new BrokenPolicy(`${runs.shoot.key} did not stand still`);
      if (isGoingOn) this.#pausedFor ??= now - this.#pausedSince;
    } else if (this.#pausedSince !== undefined && this.#resumed === undefined) {
      this.#pausedFor ??= now - this.#pausedSince;
      this.#resumed = now - this.#pausedSince - this.#pausedFor;
    }
  }
}

function most(counts: ReadonlyMap<string, number>): number {
  return Math.max(0, ...counts.values());
}

function minutes(milliseconds: number): number {
  return Math.round(milliseconds / 60_000);
}
