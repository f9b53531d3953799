import type { Bus } from '../../../shared/bus/bus.ts';
import { BusUnavailable } from '../../../shared/bus/bus.ts';
import { ROLLOUT } from '../../../shared/bus/topics.ts';
import type { Clock } from '../../../shared/clock.ts';
import { type ActMessage, actMessage, scopeMessage } from '../../../shared/edge/operate/act-messages.ts';
import { OPERATOR_ATTRIBUTE } from '../../../shared/edge/operator.ts';
import { isAtGate } from '../../../shared/engine/gate.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import { beginningOf } from '../../../shared/secrets.ts';
import { DocumentNotUnderstood } from '../../../shared/store/document-not-understood.ts';
import { type Documents, StoreUnavailable } from '../../../shared/store/documents.ts';
import { MigrationStore } from '../../../shared/store/migration-store.ts';
import {
  countCarriers,
  countPhases,
  fleetRow,
  inOrder,
  migrationView,
  onePerShoot,
  type PodRoutes,
  readHistory,
  readMigrations,
  readRecordedCells,
  readSteering,
  turnsOf,
} from '../../../shared/view/index.ts';
import { CommandError } from '../../exit-codes.ts';
import type { Act, Operations } from '../operations.ts';

export interface ProjectOptions {
  readonly documents: Documents;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Whoever acts here, as they say; nothing checks that but Cloud Audit Logs. */
  readonly operator: () => Promise<string>;
  readonly close: () => Promise<void>;
  /** Reads the nodes from cloud and cluster, where access to them is known. */
  readonly lookAt?:
    | ((migration: Migration, podRoutes: PodRoutes) => ReturnType<typeof readRecordedCells>)
    | undefined;
}

/** The port {@link Operations} over Firestore and Pub/Sub of a project, past the functions `status` and `operate`. */
export function projectOperations({
  documents,
  bus,
  clock,
  operator,
  close,
  lookAt,
}: ProjectOptions): Operations {
  const migrations = new MigrationStore({ documents, clock, newId: () => '' });

  async function readFleet() {
    const [active, ended, steering] = await Promise.all([
      readMigrations(documents, true),
      readMigrations(documents, false),
      readSteering(documents),
    ]);
    const now = clock.now();
    const turns = turnsOf({ now, active: active.migrations, ended: ended.migrations, ...steering });
    const unreadable = [...active.unreadable, ...ended.unreadable, ...steering.unreadable];
    return { active: active.migrations, ended: ended.migrations, now, turns, unreadable };
  }

  /** Of what may wait for others only a look at all of them tells why. */
  async function view(migration: Migration | undefined) {
    if (migration === undefined) return undefined;
    const waits = isAtGate(migration) || migration.paused;
    const turn = waits ? (await readFleet()).turns.whys.get(migration.id) : undefined;
    return migrationView(migration, clock.now(), turn);
  }

  return {
    fleet: () =>
      reading('the migrations', async () => {
        const { active, ended, now, turns, unreadable } = await readFleet();
        const rows = inOrder(
          onePerShoot([...active, ...ended]).map((each) => fleetRow(each, now, turns.whys.get(each.id))),
        );
        return {
          at: new Date(now).toISOString(),
          total: rows.length,
          counts: countPhases(rows),
          rows: [...rows],
          unreadable: [...unreadable],
        };
      }),
    rollout: () => reading('the rollout', async () => (await readFleet()).turns.view),
    migrationOf: (shoot) =>
      reading(`the migration of ${shoot}`, async () => await view(await migrations.findByShoot(shoot))),
    migration: (id) => reading(`the migration ${id}`, async () => await view(await migrations.get(id))),
    nodes: (id, live) =>
      reading(`the pod routes of ${id}`, async () => {
        const migration = await migrations.get(id);
        if (migration === undefined) throw new CommandError('notFound', `There is no migration ${id}.`);
        const at = new Date(clock.now()).toISOString();
        const podRoutes = () => migrations.podRoutes(id);
        const seen = live ? await lookOrTell(migration, podRoutes, lookAt) : undefined;
        const cells = seen?.cells ?? (await readRecordedCells(migration, podRoutes));
        return {
          migration: id,
          source: seen?.cells === undefined ? 'records' : 'live',
          at,
          ...(seen?.trouble !== undefined && { trouble: seen.trouble }),
          total: cells.length,
          counts: countCarriers(cells),
          cells: [...cells],
        };
      }),
    history: (id, range) => reading(`the history of ${id}`, () => readHistory(migrations, id, range)),
    async act(act) {
      const { topic, body } = messageFor(act);
      const name = await operator();
      try {
        await bus.publish(topic, { body, attributes: { [OPERATOR_ATTRIBUTE]: name } });
      } catch (error) {
        const why = error instanceof Error ? beginningOf(error.message, MOST_WORDS) : 'no reason was given';
        const ending =
          error instanceof BusUnavailable && !/PERMISSION_DENIED|UNAUTHENTICATED/.test(why)
            ? 'unreachable'
            : 'refused';
        throw new CommandError(ending, `publishing on ${topic}: ${why}. It was asked for once at the most.`);
      }
      return { topic, who: { name, verified: false } };
    },
    close,
  };
}

const MOST_WORDS = 500;

type Lookout = NonNullable<ProjectOptions['lookAt']>;

/**
 * As the function `status` does: where cloud or cluster cannot be seen, the records are still there, with what stood in the way.
 */
async function lookOrTell(migration: Migration, podRoutes: PodRoutes, lookAt: Lookout | undefined) {
  if (lookAt === undefined)
    return { trouble: 'this context says nothing of how cloud and cluster are reached' };
  try {
    return { cells: await lookAt(migration, podRoutes) };
  } catch (error) {
    return { trouble: beginningOf(error instanceof Error ? error.message : String(error), MOST_WORDS) };
  }
}

async function reading<Result>(what: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof DocumentNotUnderstood) {
      throw new CommandError(
        'unexpected',
        `reading ${what}: ${error.message}. It was damaged by hand, or written by another version of shoot-dualstack.`,
      );
    }
    if (error instanceof StoreUnavailable) {
      const why = beginningOf(error.message, MOST_WORDS);
      const ending = /PERMISSION_DENIED|UNAUTHENTICATED|invalid_grant|default credentials/.test(why)
        ? 'refused'
        : 'unreachable';
      throw new CommandError(ending, `reading ${what}: ${why}.`);
    }
    throw error;
  }
}

/** The messages that `operate` would send for the same (docs/api.md). */
function messageFor(act: Act): ActMessage {
  switch (act.kind) {
    case 'retry':
      return actMessage(act.kind, act.migration, act.wishes);
    case 'hold':
      return scopeMessage(act.scope, act.held, act.held ? undefined : act.perMinute);
    case 'rollout':
      return { topic: ROLLOUT, body: act.order };
    case 'publish':
      return { topic: act.topic, body: act.body };
    default:
      return actMessage(act.kind, act.migration);
  }
}
