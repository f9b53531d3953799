import { pino } from 'pino';
import { embeddedDocuments } from '../../infra/local/backends/embedded/documents.ts';
import { DEFAULT_LIMITS, type Engine, type Limits } from '../../shared/engine/engine.ts';
import type { Ports } from '../../shared/engine/ports.ts';
import type { Step } from '../../shared/engine/step.ts';
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

export interface TestEngine extends Engine {
  readonly clock: VirtualClock;
  readonly world: TestWorld;
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
): TestEngine {
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
