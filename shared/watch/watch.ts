import pLimit from 'p-limit';
import { SHOOT_CHANGED } from '../bus/topics.ts';
import { timestamp } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { describeError } from '../engine/errors.ts';
import type { GardenConnection } from '../engine/ports.ts';
import { type GardenShoots, GardenTrouble } from '../kubernetes/garden-shoots.ts';
import type { ShootExcerpt } from '../migration/shoot-excerpt.ts';
import { compare } from './comparison.ts';
import { readShard, SHARD_NAMES, type Shard, shardOf, writeShard } from './memory.ts';
import { changeMessage } from './message.ts';
import { type WatchedShoot, watchedShoot } from './watched-shoot.ts';

/** What a look at the garden came to. */
export interface WatchReport {
  /** Shoots of Google Cloud that were seen. */
  readonly shoots: number;
  /** UIDs of those of which a change was published. */
  readonly published: readonly string[];
  /** Parts of the memory that another look at the same time wrote first; the next look finds what is left. */
  readonly gaveWay: number;
}

type Surroundings = Pick<Engine, 'documents' | 'bus' | 'clock'>;
type Scope = Pick<GardenConnection, 'namespaces' | 'projects'>;

/** Calls to store and bus side by side. */
const AT_ONCE = 8;

/**
 * Looks once at all Shoots of the garden and publishes on `shoot-changed` what changed since the last look.
 *
 * Published first, remembered after: a look that dies in between is made again, and tells the same once more, of which intake
 * makes nothing. Two looks at once tell the same twice at the worst; only one of them is remembered. What was seen is read before
 * the Shoots are listed, so that what is found changed did change in that order, however long either takes.
 *
 * @throws GardenTrouble when the Shoots could not be listed; then nothing was published and everything is as before. `Forbidden`
 * for some of several namespaces: those of the others were dealt with.
 * @throws AggregateError after all else was done, when store or bus stood in the way of a part.
 */
export async function watchShoots(
  surroundings: Surroundings,
  garden: Pick<GardenShoots, 'list'>,
  scope: Scope,
): Promise<WatchReport> {
  const troubles: unknown[] = [];
  const shards = await eachOf(SHARD_NAMES, (name) => readShard(surroundings.documents, name), troubles);
  const shoots = new Map<string, WatchedShoot>();
  const { excerpts, refused } = await listed(garden, scope.namespaces);
  for (const excerpt of excerpts) {
    const shoot = watchedShoot(excerpt);
    if (shoot !== undefined) shoots.set(shoot.uid, shoot);
  }
  const byShard = Map.groupBy(shoots.values(), ({ uid }) => shardOf(uid));
  const looks = await eachOf(
    shards,
    (shard) =>
      lookAt(surroundings, shard, byShard.get(shard.name) ?? [], { ...scope, isAll: refused.length === 0 }),
    troubles,
  );
  if (troubles.length > 0) {
    const texts = troubles.map(describeError).join('; ');
    throw new AggregateError(troubles, `${troubles.length} parts of the garden were left alone: ${texts}`);
  }
  if (refused.length > 0) {
    const texts = refused.map(({ message }) => message).join('; ');
    throw new GardenTrouble('Forbidden', texts, { cause: refused[0] });
  }
  return {
    shoots: shoots.size,
    published: looks.flatMap((look) => (look === 'gave way' ? [] : look)),
    gaveWay: looks.filter((look) => look === 'gave way').length,
  };
}

/** A namespace goes with its project, and the right to it goes first: that is no reason to overlook all others. */
async function listed(
  garden: Pick<GardenShoots, 'list'>,
  namespaces: Scope['namespaces'],
): Promise<{ readonly excerpts: readonly ShootExcerpt[]; readonly refused: readonly GardenTrouble[] }> {
  if (namespaces === 'all') return { excerpts: await garden.list('all'), refused: [] };
  const excerpts: (readonly ShootExcerpt[])[] = [];
  const refused: GardenTrouble[] = [];
  for (const namespace of namespaces) {
    try {
      excerpts.push(await garden.list([namespace]));
    } catch (error) {
      if (!(error instanceof GardenTrouble) || error.reason !== 'Forbidden') throw error;
      refused.push(error);
    }
  }
  return { excerpts: excerpts.flat(), refused };
}

/** Publishes and remembers what changed among the Shoots of a shard. Returns the UIDs of those that were published. */
async function lookAt(
  { documents, bus, clock }: Surroundings,
  shard: Shard,
  shoots: readonly WatchedShoot[],
  { projects, isAll }: Pick<Scope, 'projects'> & { readonly isAll: boolean },
): Promise<readonly string[] | 'gave way'> {
  const at = timestamp(clock);
  const { changes, remember } = compare(shard.seen, shoots, { at, isAll });
  if (remember === undefined) return [];
  if (changes.length > 0) {
    // Whoever wrote since has published as well. Without this look two that start together would tell everything twice.
    const present = await readShard(documents, shard.name);
    if (present.version !== shard.version) return 'gave way';
    for (const change of changes) {
      await bus.publish(SHOOT_CHANGED, { body: changeMessage(change, projects) });
    }
  }
  if (!(await writeShard(documents, shard, remember, at))) return 'gave way';
  return changes.map(({ shoot }) => shoot.uid);
}

/** One that fails does not hold up the others: what it failed with goes to `troubles`. */
async function eachOf<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
  troubles: unknown[],
): Promise<readonly Result[]> {
  const limited = pLimit(AT_ONCE);
  const results = await Promise.allSettled(items.map((item) => limited(() => act(item))));
  return results.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value];
    troubles.push(result.reason);
    return [];
  });
}
