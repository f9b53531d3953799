import pLimit from 'p-limit';
import { timestamp } from '../clock.ts';
import {
  abortIsPending,
  isRunning,
  type Lease,
  type Migration,
  onlyPlanned,
  stepRecordOf,
} from '../migration/migration.ts';
import { PREFLIGHT, type StepName } from '../migration/steps.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import { type Admission, admit, changes, refuse } from './admit.ts';
import { logBlock } from './block-line.ts';
import type { Engine } from './engine.ts';
import { LeaseLost } from './errors.ts';
import { letInByHand, waitingForRollout } from './gate.ts';
import { type Asker, entry, type Moment, momentOf } from './history-lines.ts';
import type { Nudge } from './nudge.ts';
import type { TERMINAL_REASONS } from './terminal.ts';
import { blockedFromOutside, claimed, turnedBack, waitingForWindow } from './transitions.ts';

/**
 * The right of one run to act on one migration. It is taken by an optimistic write that raises the fencing token; every
 * write under it checks that the token is still its own, so a holder that slept through its lease is refused.
 */
export interface Claim {
  readonly fence: number;
  readonly migration: Migration;
  /** Changes the migration and renews the lease. @throws LeaseLost */
  write(change: (current: Migration) => MigrationChange): Promise<Migration>;
}

/**
 * Takes hold of the migration's present step if the nudge is admitted. Else says why not, and changes nothing but this: a step
 * whose window is shut waits for its opening from now on, one that the rollout has not let in waits for that, and a migration
 * whose run died before it could make room for the way back makes room.
 */
export async function claim(
  engine: Engine,
  found: Migration,
  step: StepName,
  { cause, who, messageId }: Asker & { readonly messageId?: string | undefined },
): Promise<{ admission: Admission; migration: Migration; claim?: Claim } | undefined> {
  const { migrations, clock, limits } = engine;
  const holder = engine.newId();
  const nudgeId = engine.newId();
  let admission: Admission | undefined;
  let givenUp = false;
  const decide = (current: Migration): MigrationChange | undefined => {
    givenUp = false;
    // A claim whose answer was lost may have been followed by somebody else's write: then it stands as it is.
    if (current.lease?.holder === holder) return undefined;
    const moment = { ...momentOf(engine, { cause, who }), nudgeId };
    if (cause === 'operator' && isHandled(current, step, messageId)) {
      admission = refuse('AlreadyHandled');
      return undefined;
    }
    const turned = abortIsPending(current) && !isRunning(current, clock.now());
    const present = turned ? turnedBack(current, moment) : plannedAnew(current, step, cause);
    admission = admit(present, step, cause, clock.now());
    if (admission.kind !== 'run') {
      const wait = waiting(engine, present, admission, moment);
      return wait ?? (turned ? { migration: present } : undefined);
    }
    if (cause !== 'operator' && diedTooOften(present)) {
      admission = refuse('Blocked');
      givenUp = true;
      return blockedFromOutside(present, DIES_EVERY_TIME, moment);
    }
    const lease = {
      holder,
      fence: current.fence + 1,
      expiresAt: timestamp(clock, limits.leaseSeconds * 1000),
    };
    return taken(present, lease, { ...moment, ...(cause === 'operator' && { askedBy: messageId }) });
  };
  const stored = await migrations.change(found.id, decide, found);
  if (stored === undefined || admission === undefined) return undefined;
  if (givenUp) logBlock(engine.log, stored);
  if (admission.kind !== 'run') return { admission, migration: stored };
  return { admission, migration: stored, claim: new HeldClaim(engine, stored, holder) };
}

/** The migration as it waits for what it was not admitted for; undefined where it was refused. */
function waiting(
  { clock }: Engine,
  migration: Migration,
  admission: Admission,
  moment: Moment,
): MigrationChange | undefined {
  if (admission.kind === 'wait-for-rollout') return waitingForRollout(migration, moment);
  return admission.kind === 'wait-for-window'
    ? waitingForWindow(migration, timestamp(clock, admission.at - clock.now()), moment)
    : undefined;
}

/** The migration claimed; where an operator had its first change begun by hand, past the rollout, the history says so. */
function taken(
  migration: Migration,
  lease: Lease,
  moment: Moment & { readonly askedBy?: string | undefined },
): MigrationChange {
  const { position } = migration;
  const free = changes(position) ? letInByHand(migration, moment.at) : migration;
  const change = claimed(free, lease, moment);
  if (free === migration) return change;
  const line = entry(moment, position, 'let in', 'an operator had it begun by hand, past the rollout');
  return { ...change, history: [line, ...(change.history ?? [])] };
}

/** Whether the step came to an outcome in a run that this very message set off. */
function isHandled(migration: Migration, step: StepName, messageId: string | undefined): boolean {
  const { askedBy, finishedAt } = stepRecordOf(migration, step);
  if (messageId === undefined || askedBy !== messageId) return false;
  const { kind } = migration.status;
  return finishedAt !== undefined || kind === 'blocked' || kind === 'waiting';
}

/** An operator may have the plan made again as long as nothing was done about it: then the preflight is the present step. */
function plannedAnew(migration: Migration, step: StepName, cause: Nudge['cause']): Migration {
  const asked = cause === 'operator' && step === PREFLIGHT && migration.position !== PREFLIGHT;
  return asked && onlyPlanned(migration) ? { ...migration, position: PREFLIGHT } : migration;
}

/**
 * Runs that may die in a row, out of memory or killed, before somebody should look. The bus cannot count them: what it
 * delivers again meets the dead run's lease and is acknowledged.
 */
const MOST_DEATHS = 5;

const DIES_EVERY_TIME = {
  reason: 'RunsDie',
  message: `${MOST_DEATHS + 1} runs in a row died without having brought anything about.`,
  remedy: 'Look at the memory and the log of the function, then publish the step again.',
} satisfies { reason: keyof typeof TERMINAL_REASONS; message: string; remedy: string };

function diedTooOften(migration: Migration): boolean {
  const { deaths = 0 } = stepRecordOf(migration, migration.position);
  return migration.lease !== undefined && deaths >= MOST_DEATHS;
}

class HeldClaim implements Claim {
  readonly fence: number;
  readonly #engine: Engine;
  readonly #holder: string;
  /** The heartbeat's answer, late, must not put an older state in the place of what the step has just written. */
  readonly #oneAtATime = pLimit(1);
  #migration: Migration;

  constructor(engine: Engine, migration: Migration, holder: string) {
    this.#engine = engine;
    this.#migration = migration;
    this.#holder = holder;
    this.fence = migration.fence;
  }

  get migration(): Migration {
    return this.#migration;
  }

  async write(change: (current: Migration) => MigrationChange): Promise<Migration> {
    return await this.#oneAtATime(() => this.#write(change));
  }

  async #write(change: (current: Migration) => MigrationChange): Promise<Migration> {
    const { migrations, clock, limits } = this.#engine;
    const decide = (current: Migration) => {
      if (current.lease?.holder !== this.#holder || current.lease.fence !== this.fence) {
        throw new LeaseLost(current.id, this.fence);
      }
      const lease = { ...current.lease, expiresAt: timestamp(clock, limits.leaseSeconds * 1000) };
      return change({ ...current, lease });
    };
    const stored = await migrations.change(this.#migration.id, decide, this.#migration);
    if (stored === undefined) throw new LeaseLost(this.#migration.id, this.fence);
    this.#migration = stored;
    return stored;
  }
}
