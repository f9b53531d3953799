/**
 * The functions of the local world: one process that serves every function under its own path, as so many Cloud Run
 * services would. It may be killed at any moment; the world starts another one.
 */
import { userInfo } from 'node:os';
import { identifyCallersWith } from '../../../shared/edge/operate/callers.ts';
import { operatorName } from '../../../shared/edge/operator.ts';
import { assembleEngine } from '../../../shared/runtime/assemble.ts';
import { gardenConnection } from '../../../shared/runtime/garden.ts';
import { connectWith } from '../../../shared/runtime/instance.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { portsOpener } from '../../../shared/runtime/ports.ts';
import { limitsOf, readSettings } from '../../../shared/runtime/settings.ts';
import { engineTelemetry } from '../../../shared/runtime/telemetry.ts';
import { connectFromEnvironment } from '../backends/index.ts';
import { scaledClock } from '../clock.ts';
import { worldEnvironmentSchema } from './environment.ts';
import { remoteReachability } from './reachability.ts';
import { serveFunctions } from './serve-functions.ts';

const world = worldEnvironmentSchema.parse(process.env);

connectWith(async (shutdown) => {
  const settings = readSettings(process.env);
  const clock = scaledClock(world.WORLD_TIME);
  const log = createLogger(settings.LOG_LEVEL);
  const { documents, bus } = connectFromEnvironment(process.env);
  const reachability = remoteReachability(world.WORLD_REACHABILITY);
  return assembleEngine({
    documents,
    bus,
    clock,
    log,
    telemetry: engineTelemetry({ settings, clock, log }),
    openPorts: portsOpener({ settings, clock, log, reachability }),
    garden: world.WORLD_WATCHES_GARDEN && gardenConnection({ settings, clock, log }),
    limits: limitsOf(settings),
    project: settings.GOOGLE_CLOUD_PROJECT,
    shutdown,
  });
});

// Who can reach this machine's loopback is who is logged in here, as far as anybody knows.
const name = operatorName(userInfo().username) ?? 'operator';
identifyCallersWith(async () => ({ who: { name, verified: false } }));

serveFunctions(world.PORT, world.WORLD_PAGE_PORT);
