import type { Timestamp } from '../clock.ts';
import type { SeenShoot, SeenShoots } from './memory.ts';
import { asksForDualStack, NOT_UNDERSTOOD, type WatchedShoot } from './watched-shoot.ts';

/** Something about a Shoot that may concern a migration. */
export interface ShootDifference {
  readonly shoot: WatchedShoot;
  /** The families that it was last seen with. */
  readonly familiesBefore: readonly string[];
}

export interface Comparison {
  readonly changes: readonly ShootDifference[];
  /** What is to be remembered; undefined when it is what is remembered already. */
  readonly remember: SeenShoots | undefined;
}

/**
 * A Shoot that is listed no more is kept in mind for so long: what is missing may be a right or a namespace in the settings, and a
 * Shoot that came back as if it were seen for the first time would have changed unseen. A deleted one never comes back: its UID is
 * not given again.
 */
const FORGOTTEN_AFTER_MS = 7 * 24 * 3_600_000;

/**
 * What changed between what was seen and what is there `at` this instant. Unless `isAll` of what is watched was listed, what is
 * missing says nothing.
 */
export function compare(
  seen: SeenShoots,
  shoots: readonly WatchedShoot[],
  { at, isAll }: { readonly at: Timestamp; readonly isAll: boolean },
): Comparison {
  const changes = shoots.flatMap((shoot) => differenceOf(seen.get(shoot.uid), shoot) ?? []);
  const next = new Map(shoots.map((shoot) => [shoot.uid, seenAs(shoot, seen.get(shoot.uid))]));
  for (const [uid, last] of seen) {
    if (next.has(uid)) continue;
    const { goneSince = at } = last;
    if (!isAll) next.set(uid, last);
    else if (Date.parse(goneSince) + FORGOTTEN_AFTER_MS > Date.parse(at))
      next.set(uid, { ...last, goneSince });
  }
  return { changes, remember: areSame(seen, next) ? undefined : next };
}

/**
 * The change of a Shoot that concerns a migration, if there is one:
 * - its families are others than before, back to IPv4 too: else the next way forth would look like a repeat;
 * - it asks for both, and something else stands in the way than before, or nothing any more: what was refused may be begun now;
 * - it is seen for the first time and was asked to become dual-stack while nobody looked. Were that not told, nobody ever would;
 *   and where a migration of it is known, or was, intake does nothing.
 */
function differenceOf(seen: SeenShoot | undefined, shoot: WatchedShoot): ShootDifference | undefined {
  if (seen === undefined) return shoot.unfinished ? { shoot, familiesBefore: ['IPv4'] } : undefined;
  const familiesBefore = seen.families;
  const latest = seen.pending ?? seen.families;
  if (latest.join() !== shoot.families.join()) return { shoot, familiesBefore };
  const judgedAnew = asksForDualStack(shoot.families) && seen.obstacle !== shoot.obstacle;
  return judgedAnew ? { shoot, familiesBefore } : undefined;
}

/** Of a manifest that cannot be understood nobody could take in the new families: the change is still to be told when it can be. */
function seenAs(shoot: WatchedShoot, last: SeenShoot | undefined): SeenShoot {
  const { families, obstacle } = shoot;
  const before = last?.families ?? (shoot.unfinished ? ['IPv4'] : families);
  const pends = obstacle === NOT_UNDERSTOOD && before.join() !== families.join();
  return {
    families: pends ? before : families,
    ...(pends && { pending: families }),
    ...(obstacle !== undefined && { obstacle }),
  };
}

function areSame(a: SeenShoots, b: SeenShoots): boolean {
  return a.size === b.size && [...a].every(([uid, seen]) => isSame(seen, b.get(uid)));
}

function isSame(a: SeenShoot, b: SeenShoot | undefined): boolean {
  if (b === undefined) return false;
  return (
    a.families.join() === b.families.join() &&
    a.pending?.join() === b.pending?.join() &&
    a.obstacle === b.obstacle &&
    a.goneSince === b.goneSince
  );
}
