import { pino } from 'pino';
import { SHOOT_CHANGED } from '../../../../shared/bus/topics.ts';
import { type Clock, systemClock } from '../../../../shared/clock.ts';
import { DEFAULT_LIMITS, type Engine } from '../../../../shared/engine/engine.ts';
import { FORWARD_STEPS } from '../../../../shared/migration/steps.ts';
import { assembleEngine } from '../../../../shared/runtime/assemble.ts';
import type { Backends } from '../../backends/index.ts';
import { receive } from '../../in-process/edge.ts';
import { shootChange } from '../../world/shoot-file.ts';
import { SMALL_STEPS, smallPorts } from '../small-steps.ts';
import { childrenCpuSeconds } from './children-cpu.ts';
import { countedBus, countedDocuments, noRoundTrips, type RoundTrips } from './counted.ts';
import { startPushReceiver } from './push-receiver.ts';
import { shootWithoutWindow } from './shoots.ts';

export interface SteadyPhase {
  readonly seconds: number;
  readonly stepRuns: number;
  readonly stepRunsPerSecond: number;
  /** Messages that will come again. */
  readonly failed: number;
  /** Of a run that ended, on average. */
  readonly tripsPerRun: RoundTrips;
  /** CPU time of this process, which does what functions do, for one run. */
  readonly cpuMillisecondsPerRun: number;
  /** The same of what this process started, the emulators; null where that is not known. */
  readonly backendCpuMillisecondsPerRun: number | null;
}

export interface Load {
  /** Migrations at once; when one has ended, the next begins. */
  readonly migrations: number;
  /** Runs before it is measured, or so many seconds if they take longer. */
  readonly warmUp: { readonly runs: number; readonly mostSeconds: number };
  readonly measuredSeconds: number;
}

/** Lets small migrations follow each other on these backends, and measures once it goes evenly. */
export async function steadyPhase(backends: Backends, load: Load, signal: AbortSignal): Promise<SteadyPhase> {
  const clock: Clock = systemClock;
  const trips = noRoundTrips();
  const counts = { stepRuns: 0, failed: 0 };
  const over = new AbortController();
  let started = 0;
  const ways = { documents: backends.documents, bus: backends.bus };
  const onSteps = engineOver({
    documents: countedDocuments(ways.documents, trips),
    bus: countedBus(ways.bus, trips),
  });
  const beside = engineOver(ways);

  async function begin(): Promise<void> {
    started += 1;
    const manifest = shootWithoutWindow(started);
    const { before, after } = shootChange(`shoot ${started}`, manifest);
    await ways.bus.publish(SHOOT_CHANGED, { body: { before, after, project: 'bench' } });
  }

  const receiver = await startPushReceiver(async (topic, request) => {
    if (over.signal.aborted) return true;
    const isStep = FORWARD_STEPS.some((step) => step === topic);
    const reception = await receive(isStep ? onSteps : beside, topic, request);
    if (reception.kind === 'failed') counts.failed += 1;
    const ran =
      reception.kind === 'acknowledged' && 'kind' in reception.result && reception.result.kind === 'ran';
    if (ran) counts.stepRuns += 1;
    if (ran && topic === FORWARD_STEPS.at(-1) && !over.signal.aborted) await begin();
    return reception.kind !== 'failed';
  });
  try {
    await backends.setPushEndpoints(receiver.url);
    for (let migration = 0; migration < load.migrations; migration += 1) await begin();
    await warmedUp(load, () => counts.stepRuns, signal);
    const before = {
      at: clock.now(),
      cpu: process.cpuUsage(),
      children: childrenCpuSeconds(),
      ...counts,
      ...trips,
    };
    await clock.sleep(load.measuredSeconds * 1_000, signal);
    const cpu = process.cpuUsage(before.cpu);
    const children = childrenCpuSeconds();
    const seconds = (clock.now() - before.at) / 1_000;
    const stepRuns = counts.stepRuns - before.stepRuns;
    const perRun = (count: number) => Math.round((count / stepRuns) * 100) / 100;
    return {
      seconds,
      stepRuns,
      stepRunsPerSecond: Math.round((stepRuns / seconds) * 10) / 10,
      failed: counts.failed - before.failed,
      tripsPerRun: {
        gets: perRun(trips.gets - before.gets),
        lists: perRun(trips.lists - before.lists),
        commits: perRun(trips.commits - before.commits),
        publishes: perRun(trips.publishes - before.publishes),
      },
      cpuMillisecondsPerRun: perRun((cpu.user + cpu.system) / 1_000),
      backendCpuMillisecondsPerRun:
        children === undefined || before.children === undefined
          ? null
          : perRun((children - before.children) * 1_000),
    };
  } finally {
    over.abort();
    await receiver.stop();
  }
}

const LOOK_MS = 100;

async function warmedUp({ warmUp }: Load, runs: () => number, signal: AbortSignal): Promise<void> {
  const latest = systemClock.now() + warmUp.mostSeconds * 1_000;
  while (runs() < warmUp.runs && systemClock.now() < latest) await systemClock.sleep(LOOK_MS, signal);
}

/** What functions have, but for the world around shoots. */
function engineOver({ documents, bus }: Pick<Engine, 'documents' | 'bus'>): Engine {
  const assembled = assembleEngine({
    documents,
    bus,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    openPorts: async () => smallPorts,
    limits: DEFAULT_LIMITS,
    project: 'bench',
    shutdown: new AbortController().signal,
  });
  return { ...assembled, steps: SMALL_STEPS };
}
