import { timestamp } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { type GardenShoots, GardenTrouble, type ReflectedShoot } from '../kubernetes/garden-shoots.ts';
import type { Migration } from '../migration/migration.ts';
import { presentAnnotations, REFLECTED, type Reflected, wantedAnnotations } from './annotations.ts';
import { migrationConstraints, wantedConstraints, withConstraints, wordingOf } from './constraints.ts';
import { isPausing, judge } from './judge.ts';
import {
  closeReflection,
  isSameTrace,
  type KeptReflection,
  keepReflection,
  keptReflection,
  NO_CONSTRAINTS,
} from './memory.ts';
import { landed, printOf, setBack, type Trace } from './trace.ts';

/** What became of one thing that is to be written back. */
export type ReflectionResult =
  | 'as wanted'
  | 'written'
  /** Somebody took it away or wrote something else; the next try comes after a pause. */
  | 'gives way'
  /** Another tick is at it, or the Shoot kept changing: the next minute brings the next look. */
  | 'left for later'
  | 'no such Shoot';

type Surroundings = Pick<Engine, 'documents' | 'clock'>;

/** One thing that is written back: where it stands on a Shoot, what it is to be, and how it is put there. */
interface Surface {
  readonly name: 'annotations' | 'constraints';
  readonly wanted: string;
  present(shoot: ReflectedShoot): string;
  mayReplace(present: string): boolean;
  write(shoot: ReflectedShoot): Promise<boolean>;
}

/** The Shoot's status changes every few seconds while Gardener reconciles. */
const MOST_ATTEMPTS = 4;
/** An ended migration's last word is tried for so long. */
const LAST_WORD_MS = 24 * 3_600_000;
const MOST_SETBACKS_OF_LAST_WORD = 3;

/**
 * Makes a Shoot say how its migration stands, as far as nobody else minds. May be repeated and cut off at any time: what is
 * about to be written is remembered before, so that our own hand is known from others'.
 *
 * @throws GardenTrouble about the garden as a whole; what concerns the Shoot alone is remembered, and paused after.
 */
export async function reflectMigration(
  surroundings: Surroundings,
  garden: GardenShoots,
  migration: Migration,
  { writesConstraints }: { readonly writesConstraints: boolean },
): Promise<Readonly<Partial<Record<Surface['name'], ReflectionResult>>>> {
  const surfaces = [
    annotationsOf(garden, migration),
    ...(writesConstraints ? [constraintsOf(garden, migration)] : []),
  ];
  const results: Partial<Record<Surface['name'], ReflectionResult>> = {};
  for (const surface of surfaces) {
    results[surface.name] = await reflectSurface(surroundings, garden, migration, surface);
  }
  if (!migration.active) await closeWhenSaid(surroundings, migration, Object.values(results));
  return results;
}

async function reflectSurface(
  { documents, clock }: Surroundings,
  garden: GardenShoots,
  migration: Migration,
  surface: Surface,
): Promise<ReflectionResult> {
  const { name, wanted } = surface;
  let kept = await keptReflection(documents, migration.id);
  const keep = async (trace: Trace): Promise<KeptReflection | undefined> => {
    if (kept.version !== undefined && isSameTrace(kept.reflection[name], trace)) return kept;
    return await keepReflection(documents, kept, { ...kept.reflection, [name]: trace }, timestamp(clock));
  };
  if (isPausing(kept.reflection[name], clock.now())) return 'gives way';
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const shoot = await garden.read(migration.shoot);
      if (shoot === undefined) return 'no such Shoot';
      const present = surface.present(shoot);
      const standing = { present, wanted, mayReplace: surface.mayReplace(present) };
      const verdict = judge(standing, kept.reflection[name], clock.now());
      const intended = await keep(verdict.trace);
      if (intended === undefined) return 'left for later';
      kept = intended;
      if (verdict.kind !== 'write') return verdict.kind;
      if (await surface.write(shoot)) {
        // Unknown to us it happened all the same if this is not stored: the next look finds it as it is wanted.
        await keep(landed(verdict.trace, wanted, clock.now()));
        return 'written';
      }
    }
    return 'left for later';
  } catch (error) {
    if (!(error instanceof GardenTrouble) || !concernsShoot(error)) throw error;
    await keep(setBack(kept.reflection[name], error.message.slice(0, 500), clock.now()));
    return 'gives way';
  }
}

/** What the garden says of this request, where it does answer others: no reason to ask it again every minute. */
function concernsShoot({ reason }: GardenTrouble): boolean {
  return (
    reason === 'Forbidden' || reason === 'Refused' || reason === 'NotServed' || reason === 'NotUnderstood'
  );
}

function annotationsOf(garden: GardenShoots, migration: Migration): Surface {
  const wanted = wantedAnnotations(migration);
  return {
    name: 'annotations',
    wanted: printOf(ordered(wanted)),
    present: ({ annotations }) => printOf(ordered(presentAnnotations(annotations))),
    mayReplace: () => true,
    write: ({ resourceVersion }) => garden.annotate(migration.shoot, resourceVersion, wanted),
  };
}

function ordered(annotations: Reflected): readonly (string | null)[] {
  return Object.values(REFLECTED).map((name) => annotations[name]);
}

function constraintsOf(garden: GardenShoots, migration: Migration): Surface {
  const wanted = wantedConstraints(migration);
  return {
    name: 'constraints',
    wanted: printOf(wordingOf(wanted)),
    present: ({ constraints }) => printOf(wordingOf(migrationConstraints(constraints))),
    // Gardener's own are its own.
    mayReplace: (present) => present === NO_CONSTRAINTS,
    write: ({ resourceVersion, constraints }) =>
      garden.setConstraints(migration.shoot, resourceVersion, withConstraints(constraints, wanted)),
  };
}

/** Nothing more is written of a migration once its end is, or once nobody wants to hear of it. */
async function closeWhenSaid(
  { documents, clock }: Surroundings,
  migration: Migration,
  results: readonly ReflectionResult[],
): Promise<void> {
  const { reflection } = await keptReflection(documents, migration.id);
  const { annotations, constraints } = reflection;
  const said = results.every((result) => result === 'as wanted' || result === 'written');
  const gone = results.includes('no such Shoot');
  const endedAt = Date.parse(migration.finishedAt ?? migration.updatedAt);
  const givenUp =
    Math.max(annotations.setbacks, constraints.setbacks) >= MOST_SETBACKS_OF_LAST_WORD ||
    endedAt + LAST_WORD_MS <= clock.now();
  if (said || gone || givenUp) await closeReflection(documents, migration.id, timestamp(clock));
}
