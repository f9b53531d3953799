import { embeddedDocuments } from '../../infra/local/backends/embedded/documents.ts';
import { abort } from '../../shared/engine/abort.ts';
import { takeUpDeadMessage } from '../../shared/engine/dead-letter.ts';
import type { Engine, Limits } from '../../shared/engine/engine.ts';
import { takeInShootChange } from '../../shared/engine/intake.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import { tick } from '../../shared/engine/tick.ts';
import type { HistoryEntry } from '../../shared/migration/history.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { ABORT, isStepName } from '../../shared/migration/steps.ts';
import type { Documents } from '../../shared/store/documents.ts';
import { migrationPath } from '../../shared/store/migration-store.ts';
import type { Call, Fault } from './interception.ts';
import { type Death, mortalProcess } from './mortal-process.ts';
import { type Published, recordingBus } from './recording-bus.ts';
import { testEngine, testWorld } from './test-engine.ts';
import { toyShoot } from './toy-shoot.ts';
import { toySteps } from './toy-steps.ts';
import { type ToyWorld, toyWorld } from './toy-world.ts';
import { virtualClock } from './virtual-clock.ts';
import { watched } from './watched-documents.ts';

export interface ToyMigrationOptions {
  /** Asked at each call of each process, in the order in which they are made. */
  readonly fate?: (call: Call) => Death | Fault | undefined;
  /** Instances to which each message goes at once. */
  readonly copies?: number;
  /** Whether a message whose receiver died or failed comes again; if not, only the tick can help. */
  readonly redelivery?: boolean;
  readonly limits?: Partial<Limits>;
  /** So long after this effect an operator asks for the way back; that message comes again until it is dealt with. */
  readonly abort?: { readonly after: string; readonly seconds: number };
}

export interface ToyMigration {
  readonly migration: Migration;
  readonly history: readonly HistoryEntry[];
  /** The history's documents, in their order. */
  readonly historyIds: readonly string[];
  readonly migrationsEver: number;
  readonly world: ToyWorld;
  /** Calls to store, bus and world. */
  readonly calls: readonly Call[];
}

const BY_OPERATOR: Published = {
  topic: ABORT,
  nudge: { shoot: 'garden-core/api', cause: 'operator' },
};

/** Pub/Sub's own settings in this project do not matter here, only that there are some. */
const REDELIVERY_SECONDS = 100;
const MOST_DELIVERIES = 10;
const MOST_MINUTES = 6 * 60;
/** A bound for what comes before the first tick and after the last. */
const DAY = 24 * 3_600_000;

/**
 * Brings a shoot through all toy steps, or back: the event, every nudge and every tick handled by a process of its own,
 * which dies where `fate` says so. Ends when the migration has ended and nothing is under way.
 *
 * @throws Error when that is not so after six hours of virtual time.
 */
export async function migrateToy(options: ToyMigrationOptions = {}): Promise<ToyMigration> {
  const { copies = 1, redelivery = true } = options;
  const clock = virtualClock();
  const documents = watched(embeddedDocuments());
  const world = toyWorld((thing, value) => {
    documents.expectLawful(thing, value);
    if (`${thing}: ${value}` === options.abort?.after) inBackground(askForAbort(options.abort.seconds));
  });
  const calls: Call[] = [];
  const underWay = new Set<Promise<unknown>>();
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };

  const bus = recordingBus((message) => {
    for (let copy = 0; copy < copies; copy += 1) inBackground(deliver(message));
  });

  function inBackground(work: Promise<unknown>): void {
    underWay.add(work);
    const over = () => underWay.delete(work);
    work.then(over, over);
  }

  /** Lets a new process do the work; true when it came to its end, false when it died or threw. */
  async function inNewProcess(work: (engine: Engine) => Promise<unknown>): Promise<boolean> {
    const process = mortalProcess((call) => {
      calls.push(call);
      return options.fate?.(call);
    });
    const engine = testEngine({
      world: { clock: process.clockOf(clock), documents, bus, newId },
      intercept: process.intercept,
      steps: toySteps(world.seenThrough(process.intercept)),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
    const answer = work(engine).then(
      () => true,
      () => false,
    );
    return await Promise.race([answer, process.died.then(() => false)]);
  }

  async function deliver({ topic, nudge }: Published, again = redelivery): Promise<void> {
    if (!isStepName(topic)) throw new Error(`nobody listens to ${topic}`);
    for (let delivery = 1; delivery <= MOST_DELIVERIES; delivery += 1) {
      const receive = (engine: Engine) =>
        topic === ABORT ? abort(engine, nudge) : runStep(engine, topic, nudge);
      if (await inNewProcess(receive)) return;
      if (!again) return;
      await clock.sleep(REDELIVERY_SECONDS * 1000);
    }
    const deadMessage = { topic, body: nudge, deliveries: String(MOST_DELIVERIES) };
    await inNewProcess((engine) => takeUpDeadMessage(engine, deadMessage));
  }

  async function askForAbort(seconds: number): Promise<void> {
    await clock.sleep(seconds * 1000);
    await deliver(BY_OPERATOR, true);
  }

  async function announce(): Promise<void> {
    const change = {
      before: toyShoot(['IPv4']),
      after: toyShoot(['IPv4', 'IPv6']),
      project: 'toy-project',
    };
    // The shoot's event is not in any outbox yet: only the bus can bring it again.
    while (!(await inNewProcess((engine) => takeInShootChange(engine, change)))) await clock.sleep(1000);
  }

  async function untilOver(): Promise<void> {
    await Promise.all(Array.from({ length: copies }, announce));
    for (let minute = 0; minute < MOST_MINUTES; minute += 1) {
      const started = documents.migrations();
      if (started.length > 0 && started.every(({ active }) => !active) && underWay.size === 0) return;
      await clock.sleep(60_000);
      await Promise.all(Array.from({ length: copies }, () => inNewProcess((engine) => tick(engine))));
    }
    throw new Error(`not over: ${JSON.stringify(documents.migrations(), undefined, 1)}`);
  }

  await clock.until(untilOver(), DAY);
  return await asStored(documents, world, calls);
}

async function asStored(
  documents: Documents,
  world: ToyWorld,
  calls: readonly Call[],
): Promise<ToyMigration> {
  const { migrations } = testEngine({ world: { ...testWorld(), documents } });
  const ever = await documents.list('migrations');
  const [only] = ever;
  const migration = only === undefined ? undefined : await migrations.get(only.id);
  if (migration === undefined) throw new Error('no migration was started');
  const history = await migrations.history(migration.id);
  const historyIds = (await documents.list(`${migrationPath(migration.id)}/history`)).map(({ id }) => id);
  return { migration, history, historyIds, migrationsEver: ever.length, world, calls };
}
