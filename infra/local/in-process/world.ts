import { type Logger, pino } from 'pino';
import type { Bus } from '../../../shared/bus/bus.ts';
import { SHOOT_CHANGED } from '../../../shared/bus/topics.ts';
import { DEFAULT_LIMITS, type Engine, type Limits } from '../../../shared/engine/engine.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import type { Strategy } from '../../../shared/migration/plan.ts';
import { MigrationStore } from '../../../shared/store/migration-store.ts';
import { embeddedDocuments } from '../backends/embedded/documents.ts';
import { inProcessConnection } from '../cluster/index.ts';
import { inProcessTransport } from '../gce/index.ts';
import { seededRandom } from '../random.ts';
import { startScheduler } from '../world/scheduler.ts';
import { type LocalShoot, localShoot } from '../world/shoot-file.ts';
import { TOPOLOGY } from '../world/topology.ts';
import { beginningOf } from './beginning.ts';
import { inProcessBus } from './bus.ts';
import { Destinies } from './destinies.ts';
import { Functions } from './functions.ts';
import type { Connections } from './instance.ts';
import { hasEnded, MigrationWatch, standing } from './migration-watch.ts';
import { dataPlaneReachability } from './reachability.ts';
import { RunLog } from './run-log.ts';
import { type Surroundings, type SurroundingsOptions, startSurroundings } from './surroundings.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export interface InProcessOptions extends Partial<SurroundingsOptions> {
  /** The example shoot when left out. */
  readonly shoot?: LocalShoot;
  /** 30 when left out. */
  readonly nodes?: number;
  /** What the operator wishes for with the change of the shoot. */
  readonly strategy?: Strategy;
  readonly acknowledgeTrafficLoss?: boolean;
  /** The engine's own, as far as not given. */
  readonly limits?: Partial<Limits>;
  /** Function instances that take turns with the messages; 1 when left out. */
  readonly instances?: number;
  readonly log?: Logger;
  /** In place of the product's own steps. */
  readonly steps?: Engine['steps'];
}

/** Google Cloud, a shoot, its garden and the functions in this process, on a clock that jumps. Nothing happens unless it is let. */
export interface InProcessWorld extends Omit<Surroundings, 'stop'>, Pick<Destinies, 'onCall' | 'killAt'> {
  readonly clock: VirtualClock;
  readonly shoot: LocalShoot;
  readonly migrations: MigrationStore;
  readonly bus: Bus;
  /** What the functions did. */
  readonly runLog: RunLog;
  /** As last stored; undefined before the change of the shoot is taken in. */
  readonly migration: Migration | undefined;
  publish(topic: string, body: object): Promise<void>;
  /** Publishes the change of the shoot that asks for dual-stack, with the wishes of the options. */
  changeShoot(): Promise<void>;
  /**
   * Lets time pass until the condition holds, looked at whenever anybody did anything; `ended`: until the migration succeeded,
   * was led back, or is blocked.
   *
   * @throws Error saying how the migration stands when it does not come true within `atMostSeconds`, by default two days.
   */
  runUntil(
    condition: 'ended' | ((migration: Migration | undefined) => boolean),
    atMostSeconds?: number,
  ): Promise<Migration>;
  /** Kills every function instance where it is; others take their places. */
  kill(): void;
  /** Runs code after so many seconds of simulated time. */
  after(seconds: number, action: () => void): void;
  lostNodeSeconds(): number;
  gaps: Surroundings['compute']['dataPlane']['gaps'];
  stop(): Promise<void>;
}

const TWO_DAYS_SECONDS = 48 * 3_600;

/**
 * A world at rest shortly before its shoot's maintenance window. The same options lead to the same history, to the
 * millisecond.
 *
 * @throws RangeError when the shoot's ranges are too small for so many nodes.
 */
export async function createInProcessWorld(options: InProcessOptions = {}): Promise<InProcessWorld> {
  const { nodes = 30, seed = 1, shoot = localShoot(undefined, nodes), strategy } = options;
  const clock = virtualClock(beginningOf(shoot.shoot));
  const surroundings = await startSurroundings(shoot, nodes, clock, { ...options, seed });
  const { compute, example } = surroundings;
  const random = seededRandom(seed * 16 + 15);
  const destinies = new Destinies();
  const watch = new MigrationWatch();
  const runLog = new RunLog();
  const documents = watch.over(embeddedDocuments(), () => migrations);
  const newId = counting('id');
  const migrations = new MigrationStore({ documents, clock, newId: counting('reader') });
  const bus = inProcessBus({
    clock,
    project: example.project,
    topology: TOPOLOGY,
    deliver: (topic, request) => functions.deliver(topic, request),
  });
  const connections: Connections = {
    clock,
    documents,
    bus,
    compute: await inProcessTransport(compute),
    cluster: inProcessConnection(surroundings.cluster),
    garden: inProcessConnection(surroundings.garden),
    reachability: dataPlaneReachability(compute.dataPlane, random),
    project: example.project,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    log: options.log ?? SILENT,
    newId,
    random,
    ...(options.steps !== undefined && { steps: options.steps }),
    destiny: (call) => destinies.of(call),
    answered: (call, startedAt, endedAt) => runLog.callAnswered(call, startedAt, endedAt),
  };
  const functions = new Functions(connections, {
    instances: options.instances ?? 1,
    runLog,
    counts: () => compute.calls().byMethod,
  });
  const scheduler = startScheduler({ bus, clock });
  const publish = (topic: string, body: object) => bus.publish(topic, { body });

  const { stop: stopSurroundings, ...parts } = surroundings;
  return {
    ...parts,
    clock,
    shoot,
    migrations,
    bus,
    runLog,
    get migration() {
      return watch.latest;
    },
    publish,
    changeShoot: async () => {
      const { before, after } = shoot;
      await publish(SHOOT_CHANGED, {
        before,
        after,
        project: example.project,
        ...(strategy !== undefined && { strategy }),
        ...(options.acknowledgeTrafficLoss === true && { acknowledgeTrafficLoss: true }),
      });
    },
    runUntil: async (condition, atMostSeconds = TWO_DAYS_SECONDS) => {
      const holds = condition === 'ended' ? hasEnded : condition;
      const what = () => `${condition === 'ended' ? 'the end' : 'the condition'} (${standing(watch.latest)})`;
      try {
        await clock.untilTrue(() => holds(watch.latest), 'the condition', atMostSeconds * 1_000);
      } catch (error) {
        throw new Error(`${what()} did not come within ${atMostSeconds} s`, { cause: error });
      }
      if (watch.latest === undefined) throw new Error('there is no migration');
      return watch.latest;
    },
    kill: () => functions.kill(),
    after: (seconds, action) => void clock.sleep(seconds * 1_000).then(action),
    onCall: (destiny) => destinies.onCall(destiny),
    killAt: (matches, when, nth) => destinies.killAt(matches, when, nth),
    lostNodeSeconds: () => compute.dataPlane.lostNodeSeconds(),
    gaps: () => compute.dataPlane.gaps(),
    stop: async () => {
      functions.kill();
      bus.stop();
      await scheduler.stop();
      await stopSurroundings();
    },
  };
}

/** One for all: each opens standard output anew. */
const SILENT = pino({ level: 'silent' });

function counting(prefix: string): () => string {
  let made = 0;
  return () => {
    made += 1;
    return `${prefix}-${made}`;
  };
}
