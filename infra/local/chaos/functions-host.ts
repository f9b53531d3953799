/**
 * One instance of the functions in a chaos run: like that of the local world, but for many shoots, each of which has a
 * cloud, a cluster and a garden of its own.
 */
import { z } from 'zod';
import type { OpenPorts } from '../../../shared/engine/ports.ts';
import { assembleEngine } from '../../../shared/runtime/assemble.ts';
import { connectWith } from '../../../shared/runtime/instance.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { portsOpener } from '../../../shared/runtime/ports.ts';
import { limitsOf, readSettings } from '../../../shared/runtime/settings.ts';
import { connectFromEnvironment } from '../backends/index.ts';
import { scaledClock } from '../clock.ts';
import { worldEnvironmentSchema } from '../world/environment.ts';
import { remoteReachability } from '../world/reachability.ts';
import { serveFunctions } from '../world/serve-functions.ts';
import { readPlace } from './places.ts';

const { PORT, WORLD_TIME, WORLD_PLACES } = worldEnvironmentSchema
  .pick({ PORT: true, WORLD_TIME: true })
  .extend({ WORLD_PLACES: z.string() })
  .parse(process.env);

connectWith(async (shutdown) => {
  const settings = readSettings(process.env);
  const clock = scaledClock(WORLD_TIME);
  const log = createLogger(settings.LOG_LEVEL);
  const { documents, bus } = connectFromEnvironment(process.env);
  const openPorts: OpenPorts = async (migration, signal) => {
    const { WORLD_REACHABILITY, ...access } = readPlace(WORLD_PLACES, migration.shoot.key);
    const reachability = remoteReachability(WORLD_REACHABILITY);
    const open = portsOpener({ settings: { ...settings, ...access }, clock, log, reachability });
    return await open(migration, signal);
  };
  const project = settings.GOOGLE_CLOUD_PROJECT;
  return assembleEngine({
    documents,
    bus,
    clock,
    log,
    openPorts,
    limits: limitsOf(settings),
    project,
    shutdown,
  });
});

serveFunctions(PORT);
