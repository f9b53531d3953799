import { type Logger, pino } from 'pino';
import { SHOOT_CHANGED } from '../../../shared/bus/topics.ts';
import { DEFAULT_LIMITS, type Engine, type Limits } from '../../../shared/engine/engine.ts';
import type { Telemetry } from '../../../shared/engine/telemetry.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import type { Strategy } from '../../../shared/migration/plan.ts';
import { MigrationStore } from '../../../shared/store/migration-store.ts';
import { embeddedDocuments } from '../backends/embedded/documents.ts';
import { type InProcessConnection, inProcessConnection } from '../cluster/index.ts';
import { inProcessTransport } from '../gce/index.ts';
import { seededRandom } from '../random.ts';
import { startScheduler } from '../world/scheduler.ts';
import { type LocalShoot, localShoot } from '../world/shoot-file.ts';
import { TOPOLOGY } from '../world/topology.ts';
import { beginningOf } from './beginning.ts';
import { type InProcessBus, inProcessBus } from './bus.ts';
import { counting, countingUuids } from './counting.ts';
import { Destinies } from './destinies.ts';
import { Functions } from './functions.ts';
import type { Connections, FunctionInstance } from './instance.ts';
import { InstanceClocks } from './instance-clocks.ts';
import { hasEnded, MigrationWatch, standing } from './migration-watch.ts';
import { OutgoingCalls } from './outgoing-calls.ts';
import { dataPlaneReachability } from './reachability.ts';
import { RunLog } from './run-log.ts';
import { type Surroundings, type SurroundingsOptions, startSurroundings } from './surroundings.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';
import { Witnesses } from './witnesses.ts';

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
  /** Watches the engines of all instances, on the world's clock. */
  readonly telemetry?: ((clock: VirtualClock, project: string) => Telemetry) | undefined;
  /** Ends a function instance at every await that takes longer than so many simulated milliseconds. */
  readonly suspendAfterMs?: number;
  /**
   * `real`: the adapters work through Google's and Kubernetes' own clients. `direct`: past them, which is many times cheaper.
   * By default `real`.
   */
  readonly clients?: 'real' | 'direct';
  /** In place of the product's own steps. */
  readonly steps?: Engine['steps'];
}

/** Google Cloud, a shoot, its garden and the functions in this process, on a clock that jumps. Nothing happens unless it is let. */
export interface InProcessWorld extends Omit<Surroundings, 'stop'>, Pick<Destinies, 'onCall' | 'killAt'> {
  /** Let in to hear of all that passes between the functions and the world. */
  readonly witnesses: Pick<Witnesses, 'add'>;
  readonly clock: VirtualClock;
  readonly shoot: LocalShoot;
  readonly migrations: MigrationStore;
  readonly bus: InProcessBus;
  /** What the functions did. */
  readonly runLog: RunLog;
  /** What leaves the function instances: numbers it, and lets befall it what is ordered. */
  readonly outgoing: OutgoingCalls;
  /** Right unless set wrong. */
  readonly instanceClocks: InstanceClocks;
  /** The function instances at present. */
  instances(): readonly FunctionInstance[];
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
  const { nodes = 30, seed = 1, shoot = localShoot(undefined, nodes), strategy, clients = 'real' } = options;
  const clock = virtualClock(beginningOf(shoot.shoot), clients === 'direct' ? 'promises' : 'turns');
  const surroundings = await startSurroundings(shoot, nodes, clock, { ...options, seed });
  const { compute, example } = surroundings;
  const random = seededRandom(seed * 16 + 15);
  const destinies = new Destinies();
  const witnesses = new Witnesses();
  const watch = new MigrationWatch();
  const runLog = new RunLog();
  const outgoing = new OutgoingCalls();
  const clocks = new InstanceClocks(clock);
  const documents = watch.over(witnesses.documents(embeddedDocuments()));
  const newId = counting('id');
  const answer = witnesses.compute((request) => compute.answer(request));
  const migrations = new MigrationStore({ documents, clock, newId: counting('reader') });
  const bus = inProcessBus({
    clock,
    project: example.project,
    topology: TOPOLOGY,
    deliver: (topic, request) => functions.deliver(topic, request),
  });
  const heard = (which: 'cluster' | 'garden', { kubeconfig, transport }: InProcessConnection) => ({
    kubeconfig,
    transport: witnesses.cluster(which, transport),
  });
  const connections: Connections = {
    clock,
    documents,
    bus,
    compute: clients === 'direct' ? { answer } : { transport: await inProcessTransport({ answer }) },
    cluster: heard('cluster', inProcessConnection(surroundings.cluster)),
    garden: heard('garden', inProcessConnection(surroundings.garden)),
    clients,
    reachability: dataPlaneReachability(compute.dataPlane, random),
    project: example.project,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    log: options.log ?? SILENT,
    telemetry: options.telemetry?.(clock, example.project),
    newId,
    newRequestId: countingUuids(),
    random,
    ...(options.steps !== undefined && { steps: options.steps }),
    destiny: (call) => destinies.of(call),
    outgoing,
    clocks,
    suspendAfterMs: () => options.suspendAfterMs,
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
    witnesses,
    shoot,
    migrations,
    bus,
    runLog,
    outgoing,
    instanceClocks: clocks,
    instances: () => functions.instances(),
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
