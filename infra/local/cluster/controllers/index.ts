import type { Clock } from '../../../../shared/clock.ts';
import type { ClusterApi } from '../api/cluster-api.ts';
import { serverTime } from '../api/kernel.ts';
import type { Delays } from '../delays.ts';
import { createSurroundings } from './controller.ts';
import { daemonSetController } from './daemon-set.ts';
import { deploymentController } from './deployment.ts';
import { disruptionController } from './disruption.ts';
import { endpointsController } from './endpoints.ts';
import { garbageCollector, namespaceController } from './garbage-collector.ts';
import { kubelet } from './kubelet.ts';
import { nodeLifecycle } from './node-lifecycle.ts';
import { replicaSetController } from './replica-set.ts';
import { Runner } from './runner.ts';
import { scheduler } from './scheduler.ts';

/** All controllers over one API, not started yet. */
export function createControllers(api: ClusterApi, clock: Clock, delays: Delays): Runner {
  const surroundings = createSurroundings(api, delays, () => serverTime(clock.now()));
  const runner = new Runner(clock, delays, api.kernel.random, api.kernel.store);
  runner.add((queue) => deploymentController(surroundings, queue));
  runner.add((queue) => replicaSetController(surroundings, queue));
  runner.add((queue) => daemonSetController(surroundings, queue));
  runner.add((queue) => scheduler(surroundings, queue));
  runner.add((queue) => kubelet(surroundings, queue, clock, () => !runner.started));
  runner.add((queue) => nodeLifecycle(surroundings, queue));
  runner.add((queue) => endpointsController(surroundings, queue));
  runner.add((queue) => disruptionController(surroundings, queue));
  runner.add((queue) => garbageCollector(surroundings, queue));
  runner.add((queue) => namespaceController(surroundings, queue));
  return runner;
}
