import pLimit from 'p-limit';
import { timestamp } from '../clock.ts';
import type { Migration } from '../migration/migration.ts';
import type { StepName } from '../migration/steps.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import { type Admission, admit } from './admit.ts';
import type { Engine } from './engine.ts';
import { LeaseLost } from './errors.ts';
import type { Nudge } from './nudge.ts';
import { claimed, waitingForWindow } from './transitions.ts';

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
 * Takes hold of the migration's present step if the nudge is admitted. Else says why not, and changes nothing but this:
 * a step whose window is shut waits for its opening from now on.
 */
export async function claim(
  engine: Engine,
  migrationId: string,
  step: StepName,
  cause: Nudge['cause'],
): Promise<{ admission: Admission; migration: Migration; claim?: Claim } | undefined> {
  const { migrations, clock, limits } = engine;
  const holder = engine.newId();
  let admission: Admission | undefined;
  const stored = await migrations.change(migrationId, (current) => {
    // A claim whose answer was lost may have been followed by somebody else's write: then it stands as it is.
    if (current.lease?.holder === holder) return undefined;
    const moment = { at: timestamp(clock), by: cause };
    admission = admit(current, step, cause, clock.now());
    if (admission.kind === 'wait-for-window') {
      return waitingForWindow(current, timestamp(clock, admission.at - clock.now()), moment);
    }
    if (admission.kind === 'refuse') return undefined;
    const lease = {
      holder,
      fence: current.fence + 1,
      expiresAt: timestamp(clock, limits.leaseSeconds * 1000),
    };
    return claimed(current, lease, moment);
  });
  if (stored === undefined || admission === undefined) return undefined;
  if (admission.kind !== 'run') return { admission, migration: stored };
  return { admission, migration: stored, claim: new HeldClaim(engine, stored, holder) };
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
    const stored = await migrations.change(this.#migration.id, (current) => {
      if (current.lease?.holder !== this.#holder || current.lease.fence !== this.fence) {
        throw new LeaseLost(current.id, this.fence);
      }
      const lease = { ...current.lease, expiresAt: timestamp(clock, limits.leaseSeconds * 1000) };
      return change({ ...current, lease });
    });
    if (stored === undefined) throw new LeaseLost(this.#migration.id, this.fence);
    this.#migration = stored;
    return stored;
  }
}
