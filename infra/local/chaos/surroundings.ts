import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { DEFAULT_LIMITS } from '../../../shared/engine/engine.ts';
import { MOST_RUN_SECONDS } from '../../../shared/runtime/settings.ts';
import { MigrationStore } from '../../../shared/store/migration-store.ts';
import { type Backends, startBackends } from '../backends/index.ts';
import { scaledClock, type TimeScale } from '../clock.ts';
import { formatTimeScale } from '../world/environment.ts';
import { startScheduler } from '../world/scheduler.ts';
import { TOPOLOGY } from '../world/topology.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { Deliveries } from './deliveries.ts';
import { type ErrorLine, troubleIn } from './error-lines.ts';
import { Fleet } from './fleet.ts';
import type { ChaosOptions } from './options.ts';

/** Seconds of the world in a second of the wall, as with `npm start`. */
export const SPEED = 60;
/** On a fast clock a lease must outlast the machine's own stutter: five seconds of the wall, and a run likewise. */
const LEASE_SECONDS = Math.max(DEFAULT_LIMITS.leaseSeconds, 5 * SPEED);
const RUN_SECONDS = Math.min(Math.max(DEFAULT_LIMITS.runSeconds, 5 * SPEED), MOST_RUN_SECONDS);
/** In the run's folder: what all instances write, each line after the number of its process. */
export const LOG_FILE = 'functions.log';
/** A lease on the wall. */
export const LEASE_MS = (LEASE_SECONDS / SPEED) * 1000;

/** Everything of a chaos run but its shoots: store, bus, Scheduler, and the functions behind one push endpoint. */
export interface ChaosSurroundings {
  readonly clock: Clock;
  readonly backends: Backends;
  readonly migrations: MigrationStore;
  readonly fleet: Fleet;
  readonly balancer: Balancer;
  readonly deliveries: Deliveries;
  readonly errorLines: readonly ErrorLine[];
}

/** Starts it; each part is left on `started`, to be stopped by its owner. */
export async function startSurroundings(
  options: ChaosOptions,
  { started, folder }: { started: AsyncDisposableStack; folder: string },
): Promise<ChaosSurroundings> {
  const now = systemClock.now();
  const time: TimeScale = { origin: now, wallOrigin: now, speed: SPEED };
  const clock = scaledClock(time);
  const { backend } = options;
  const backends = await startBackends({
    ...(backend === 'auto' ? {} : { kind: backend }),
    clock,
    speed: SPEED,
    topology: TOPOLOGY,
  });
  started.defer(() => backends.stop());

  const log = createWriteStream(join(folder, LOG_FILE), { flags: 'a' });
  started.defer(async () => {
    await new Promise<void>((resolve) => log.end(resolve));
  });
  const errorLines: ErrorLine[] = [];
  const fleet = new Fleet(
    {
      GOOGLE_CLOUD_PROJECT: 'example-project',
      ...backends.environment,
      WORLD_TIME: formatTimeScale(time),
      WORLD_PLACES: folder,
      LEASE_SECONDS: String(LEASE_SECONDS),
      RUN_SECONDS: String(RUN_SECONDS),
    },
    (line, stream, pid) => {
      log.write(`${pid} ${line}\n`);
      // Whatever a process says beside its log is trouble, or the last words of one that dies.
      const text = stream === 'stderr' ? line : troubleIn(line);
      if (text !== undefined && text.trim() !== '') errorLines.push({ pid, at: systemClock.now(), text });
    },
  );
  started.defer(() => fleet.stop());
  await fleet.start(options.instances);
  const deliveries = new Deliveries();
  const balancer = await startBalancer(() => fleet.targets(), deliveries);
  started.defer(() => balancer.stop());
  await backends.setPushEndpoints(balancer.url);
  const scheduler = startScheduler({ bus: backends.bus, clock });
  started.defer(() => scheduler.stop());
  const migrations = new MigrationStore({ documents: backends.documents, clock, newId: randomUUID });
  return { clock, backends, migrations, fleet, balancer, deliveries, errorLines };
}
