import { pino } from 'pino';
import { SHOOT_CHANGED } from '../../../shared/bus/topics.ts';
import { DEFAULT_LIMITS, type Engine } from '../../../shared/engine/engine.ts';
import type { Wishes } from '../../../shared/engine/nudge.ts';
import { assembleEngine } from '../../../shared/runtime/assemble.ts';
import { embeddedDocuments } from '../backends/embedded/documents.ts';
import { type InProcessBus, inProcessBus } from '../in-process/bus.ts';
import { counting, countingUuids } from '../in-process/counting.ts';
import { receive } from '../in-process/edge.ts';
import { type VirtualClock, virtualClock } from '../in-process/virtual-clock.ts';
import { seededRandom } from '../random.ts';
import { startScheduler } from '../world/scheduler.ts';
import { TOPOLOGY } from '../world/topology.ts';
import { Census } from './census.ts';
import { Figures } from './figures.ts';
import { FIRST_WINDOW_MINUTES, type ShootOrder, shootOrder } from './shoot-order.ts';
import { Shoots } from './shoots.ts';

export interface FleetOptions {
  readonly shoots: number;
  /** Of each shoot. */
  readonly nodes: number;
  /** The same seed, the same history. */
  readonly seed: number;
  /** What an operator says of each migration. */
  readonly wishes?: Wishes;
  /** In place of the product's own steps. */
  readonly steps?: Engine['steps'];
  /** In place of the ways to each shoot's world, which then never begins. */
  readonly openPorts?: Engine['openPorts'];
}

/** Many shoots, each with its own cloud and cluster, and the product for all of them, in this process on a clock that jumps. */
export interface Fleet {
  readonly clock: VirtualClock;
  readonly orders: readonly ShootOrder[];
  /** Where each migration stands. */
  readonly census: Census;
  readonly figures: Figures;
  readonly shoots: Shoots;
  readonly bus: Pick<InProcessBus, 'publish' | 'pending'>;
  /** What the functions work with. */
  readonly engine: Engine;
  /** What the owner of a shoot does who wants it to be dual-stack. */
  changeShoot(order: ShootOrder): Promise<void>;
  stop(): Promise<void>;
}

/** Half an hour before the first maintenance window opens, of any day. */
const BEGINNING = Date.parse('2026-03-02T00:00:00Z') + (FIRST_WINDOW_MINUTES - 30) * 60_000;

/** A fleet at rest. Nothing happens unless time is let pass. */
export function startFleet({ shoots, nodes, seed, wishes = {}, steps, openPorts }: FleetOptions): Fleet {
  const clock = virtualClock(BEGINNING, 'promises');
  const census = new Census();
  const figures = new Figures();
  const random = seededRandom(seed);
  const orders = Array.from({ length: shoots }, (_, index) => shootOrder(index, { shoots, nodes }));
  const log = pino({ level: 'silent' });
  const worlds = new Shoots(orders, { clock, log, seed, newRequestId: countingUuids() }, census);
  const shutdown = new AbortController();
  const bus = inProcessBus({
    clock,
    project: 'fleet',
    topology: TOPOLOGY,
    deliver: async (topic, request) => {
      const reception = await receive(engine, topic, request);
      figures.delivered(topic, reception);
      return reception.kind !== 'failed';
    },
  });
  const assembled = assembleEngine({
    documents: census.over(embeddedDocuments()),
    bus,
    clock,
    log,
    openPorts: openPorts ?? (async ({ shoot }, signal) => (await worlds.of(shoot.key)).open(signal)),
    limits: DEFAULT_LIMITS,
    project: 'fleet',
    newId: counting('id'),
    random,
    shutdown: shutdown.signal,
  });
  const engine: Engine = steps === undefined ? assembled : { ...assembled, steps };
  const scheduler = startScheduler({ bus, clock });
  return {
    clock,
    orders,
    census,
    figures,
    shoots: worlds,
    bus,
    engine,
    changeShoot: async (order) => {
      const { before, after } = worlds.changeOf(order.key);
      await bus.publish(SHOOT_CHANGED, { body: { before, after, project: order.project, ...wishes } });
    },
    stop: async () => {
      shutdown.abort();
      bus.stop();
      await scheduler.stop();
      await worlds.stop();
    },
  };
}
