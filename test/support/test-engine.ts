import { pino } from 'pino';
import { embeddedDocuments } from '../../infra/local/backends/embedded/documents.ts';
import { DEFAULT_LIMITS, type Engine, type Limits } from '../../shared/engine/engine.ts';
import { takeInShootChange } from '../../shared/engine/intake.ts';
import type { Nudge } from '../../shared/engine/nudge.ts';
import type { Ports } from '../../shared/engine/ports.ts';
import type { RoundResult, Step, StepRun } from '../../shared/engine/step.ts';
import { type IpFamily, parseCidr } from '../../shared/migration/cidr.ts';
import type { HistoryEntry } from '../../shared/migration/history.ts';
import type { MaintenanceWindow } from '../../shared/migration/maintenance-window.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import type { Shoot } from '../../shared/migration/shoot.ts';
import { STEP_NAMES, type StepName } from '../../shared/migration/steps.ts';
import { assembleEngine } from '../../shared/runtime/assemble.ts';
import type { Documents } from '../../shared/store/documents.ts';
import { type Interceptor, interceptedBus, interceptedDocuments } from './interception.ts';
import { type RecordingBus, recordingBus } from './recording-bus.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** One for all: each opens standard output anew. */
const SILENT = pino({ level: 'silent' });

/** What several engines of one world have in common. */
export interface TestWorld {
  readonly clock: VirtualClock;
  readonly documents: Documents;
  readonly bus: RecordingBus;
  readonly newId: () => string;
}

export function testWorld(): TestWorld {
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };
  return { clock: virtualClock(), documents: embeddedDocuments(), bus: recordingBus(), newId };
}

/** The product's engine in a world of its own or a shared one, with toy steps in the place of the real ones. */
export function testEngine(
  options: {
    readonly world?: TestWorld;
    readonly steps?: readonly Step[];
    readonly limits?: Partial<Limits>;
    readonly intercept?: Interceptor;
    readonly shutdown?: AbortSignal;
    readonly openPorts?: Engine['openPorts'];
  } = {},
): Engine & { readonly clock: VirtualClock; readonly world: TestWorld } {
  const world = options.world ?? testWorld();
  const intercept = options.intercept ?? (() => undefined);
  const { clock, newId } = world;
  const engine = assembleEngine({
    documents: interceptedDocuments(world.documents, intercept),
    bus: interceptedBus(world.bus, intercept),
    clock,
    newId,
    log: SILENT,
    openPorts: options.openPorts ?? (async () => unusedPorts),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    project: 'toy-project',
    shutdown: options.shutdown ?? new AbortController().signal,
  });
  const steps = new Map((options.steps ?? []).map((step) => [step.name, step]));
  return { ...engine, steps, clock, world };
}

/** Toy steps act on a toy world that they hold themselves; a look at a real port is a mistake in the test. */
const unusedPorts = new Proxy<Ports>(Object.create(null), {
  get: (_, name) => {
    // An async function looks for this one when it returns the object.
    if (name === 'then') return undefined;
    throw new Error(`a toy step asked for the port ${String(name)}`);
  },
});

/** A step whose rounds are written down: one after the other, the last one for ever. */
export function scriptedStep(
  name: StepName,
  ...rounds: readonly (RoundResult | ((run: StepRun) => Promise<RoundResult>))[]
): Step & { readonly rounds: () => number } {
  let round = 0;
  return {
    name,
    rounds: () => round,
    round: async (run) => {
      const result = rounds[Math.min(round, rounds.length - 1)];
      round += 1;
      if (result === undefined) throw new Error(`${name} has no rounds`);
      return typeof result === 'function' ? await result(run) : result;
    },
  };
}

export const DONE: RoundResult = { kind: 'done', summary: 'all is as it should be' };
export const FIRST = STEP_NAMES[0];
export const SECOND = STEP_NAMES[1];

/** `garden-core/api`, always in its maintenance window unless it is given one. */
export function toyShoot(families: readonly IpFamily[], maintenanceWindow?: MaintenanceWindow): Shoot {
  return {
    namespace: 'garden-core',
    name: 'api',
    key: 'garden-core/api',
    uid: '0f7c3b0e-5f5e-4d52-9a53-3c1e6b8f2a10',
    technicalId: 'shoot--core--api',
    providerType: 'gcp',
    region: 'europe-west1',
    networkType: 'calico',
    network: 'shoot--core--api',
    families,
    nodes: parseCidr('10.250.0.0/16'),
    pods: parseCidr('100.96.0.0/11'),
    services: parseCidr('100.64.0.0/13'),
    overlay: 'off',
    ipam: undefined,
    maintenanceWindow,
  };
}

/** A migration that has just been started, with whatever else a test wants of it. Its first nudge is published. */
export async function startedMigration(
  engine: Engine,
  changes: Partial<Migration> = {},
  shoot: Shoot = toyShoot(['IPv4', 'IPv6']),
): Promise<Migration> {
  const before = toyShoot(['IPv4']);
  const result = await takeInShootChange(engine, { before, after: shoot, project: engine.project });
  if (result.kind !== 'started') throw new Error(`no migration was started: ${JSON.stringify(result)}`);
  const stored = await engine.migrations.change(result.migration, (current) => ({
    migration: { ...current, ...changes },
  }));
  if (stored === undefined) throw new Error(`migration ${result.migration} is not stored`);
  return stored;
}

/** What is stored of the migration now. */
export async function stored(engine: Engine, { id }: Pick<Migration, 'id'>): Promise<Migration> {
  const migration = await engine.migrations.get(id);
  if (migration === undefined) throw new Error(`migration ${id} is not stored`);
  return migration;
}

/** The history's events, e.g. `waiting Rolling` or `done`. */
export async function eventsOf(engine: Engine, { id }: Pick<Migration, 'id'>): Promise<readonly string[]> {
  const history = await engine.migrations.history(id);
  return history.map(eventOf);
}

function eventOf({ event, reason }: HistoryEntry): string {
  return reason === undefined ? event : `${event} ${reason}`;
}

export function nudgeFor(migration: Migration, cause: Nudge['cause'] = 'engine'): Nudge {
  return { shoot: migration.shoot.key, migration: migration.id, cause };
}
