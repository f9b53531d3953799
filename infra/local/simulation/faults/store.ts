import { StoreUnavailable } from '../../../../shared/store/documents.ts';
import { inSeconds, type Scene } from './scene.ts';
import { befall, type Which } from './which.ts';

/** A commit is answered with ABORTED: too much contention, nothing written (the adapter says StoreUnavailable). */
export interface CommitAborted extends Which {
  readonly kind: 'commit aborted';
}

/**
 * Firestore's client repeats a commit whose answer was lost, and the repetition meets what the first one wrote: it is told
 * that the document exists, or was changed, though nobody else wrote (`shared/store/firestore.ts`).
 */
export interface CommitRepeated extends Which {
  readonly kind: 'commit repeated';
}

/** A commit is given up as unavailable, and applied so many seconds later all the same, if its preconditions still hold. */
export interface LateCommit extends Which {
  readonly kind: 'late commit';
  readonly seconds: number;
}

/** Somebody else writes the migration between the product's reading of it and its commit, without changing what it says. */
export interface OtherWriter extends Which {
  readonly kind: 'other writer';
}

export type StoreFault = CommitAborted | CommitRepeated | LateCommit | OtherWriter;

/** Of calls that are commits: `documents commit`. */
export function armStoreFault(fault: StoreFault, scene: Scene): void {
  const { world } = scene;
  befall(scene, fault, ({ subject }) => {
    switch (fault.kind) {
      case 'commit aborted':
        scene.struck();
        return new StoreUnavailable(
          `writing ${subject} failed: 10 ABORTED: Too much contention on these documents.`,
        );
      case 'commit repeated':
        scene.struck();
        return async ({ carryOut }) => {
          await carryOut();
          return await carryOut();
        };
      case 'late commit':
        scene.struck(inSeconds(scene, fault.seconds));
        return async ({ carryOut }) => {
          void world.clock
            .sleep(fault.seconds * 1_000)
            .then(() => carryOut())
            .catch(() => undefined);
          throw new StoreUnavailable(`writing ${subject} failed: 4 DEADLINE_EXCEEDED`);
        };
      case 'other writer':
        scene.struck();
        return async ({ carryOut }) => {
          const { migration, migrations } = world;
          if (migration !== undefined)
            await migrations.change(migration.id, (current) => ({ migration: current }));
          return await carryOut();
        };
    }
  });
}
