import type { Migration } from '../migration/migration.ts';
import type { Hold, Release } from '../store/holds.ts';

/**
 * Those that go on bit by bit after everything was paused, in the order in which they do: in the middle of moving their routes
 * first, then by age. Not who was paused by its own name, or is in a project or namespace that is held still.
 */
export function resumeOrder(active: readonly Migration[], holds: readonly Hold[]): readonly Migration[] {
  const others = holds.filter(({ kind }) => kind !== 'all');
  const isHeldElsewhere = ({ shoot, target }: Migration) =>
    others.some(({ kind, name }) => name === (kind === 'project' ? target.project : shoot.namespace));
  return active
    .filter((each) => each.active && each.paused && each.pausedBy !== 'shoot' && !isHeldElsewhere(each))
    .toSorted((a, b) => rank(a) - rank(b) || byAge(a, b));
}

/** How many may go on now, of so many each minute; `now` in milliseconds. */
export function allowance(release: Release, now: number): number {
  const minute = minuteOf(release, now);
  return Math.max(0, release.perMinute - (minute === release.minute ? release.inMinute : 0));
}

/** Minutes since it was said that all go on. */
function minuteOf({ since }: Release, now: number): number {
  return Math.floor((now - Date.parse(since)) / 60_000);
}

/** The release with one more let go at `now`, by the look of this id. */
export function oneMoreLetGo(release: Release, now: number, by: string): Release {
  const minute = minuteOf(release, now);
  const inMinute = (minute === release.minute ? release.inMinute : 0) + 1;
  return { ...release, minute, inMinute, count: release.count + 1, by };
}

/** About when the one at this place, from 0, goes on at the latest (milliseconds): by minutes, as the tick comes. */
export function goesOnAbout(release: Release, place: number, now: number): number {
  const later = place - allowance(release, now);
  const minutes = later < 0 ? 1 : 2 + Math.floor(later / release.perMinute);
  return Date.parse(release.since) + (minuteOf(release, now) + minutes) * 60_000;
}

function rank({ position, steps }: Migration): number {
  const begun = steps.some(({ name, startedAt }) => name === 'migrate-routes' && startedAt !== undefined);
  return position === 'migrate-routes' && begun ? 0 : 1;
}

function byAge(a: Migration, b: Migration): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
