/**
 * The functions of the local world: one process that serves every function under its own path, as so many Cloud Run
 * services would. It may be killed at any moment; the world starts another one.
 */
import '../../../functions/index.ts';
import { createServer, type Server } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { TOPICS } from '../../../shared/bus/topics.ts';
import { assembleEngine } from '../../../shared/runtime/assemble.ts';
import { drainOnSignals } from '../../../shared/runtime/drain.ts';
import { connectWith, instance } from '../../../shared/runtime/instance.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { portsOpener } from '../../../shared/runtime/ports.ts';
import { limitsOf, readSettings } from '../../../shared/runtime/settings.ts';
import { connectFromEnvironment } from '../backends/index.ts';
import { scaledClock } from '../clock.ts';
import { worldEnvironmentSchema } from './environment.ts';
import { remoteReachability } from './reachability.ts';

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
    openPorts: portsOpener({ settings, clock, log, reachability }),
    limits: limitsOf(settings),
    project: settings.GOOGLE_CLOUD_PROJECT,
    shutdown,
  });
});

const functions = new Map<string, Server>(TOPICS.map((topic) => [topic, getTestServer(topic)]));
const server = createServer((request, response) => {
  const target = functions.get(request.url?.split(/[/?]/)[1] ?? '');
  if (target === undefined) response.writeHead(404).end('no such function\n');
  else target.emit('request', request, response);
});

drainOnSignals(instance().drain);
// The world's end is ours: nobody would stop us otherwise.
process.on('disconnect', () => process.exit(0));
server.listen(world.PORT, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : world.PORT });
});
