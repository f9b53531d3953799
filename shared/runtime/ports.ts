import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { TerminalError } from '../engine/errors.ts';
import type { OpenPorts } from '../engine/ports.ts';
import type { Reachability } from '../kubernetes/reachability.ts';
import type { Settings } from './settings.ts';

/**
 * Opens the ports of a migration: Compute Engine in its project and region, its cluster and its garden. The clients
 * are loaded when the first step runs, so that functions which run none start without them. Whether nodes are reached
 * is looked at by probe pods in the shoot, unless something else that looks is given.
 */
export function portsOpener({
  settings,
  clock,
  log,
  reachability,
}: {
  settings: Settings;
  clock: Clock;
  log: Logger;
  reachability?: Reachability;
}): OpenPorts {
  return async ({ target, shoot }, signal) => {
    const [{ googleCompute }, kubernetes] = await Promise.all([
      import('../compute/google/index.ts'),
      import('../kubernetes/client/index.ts'),
    ]);
    const { kubernetesCluster, gardenShoot, probeReachability, readKubeconfig } = kubernetes;
    const ofShoot = {
      kubeconfig: readKubeconfig(required(settings.SHOOT_KUBECONFIG, 'SHOOT_KUBECONFIG')),
      clock,
      log,
      signal,
    };
    const { project, region } = target;
    const endpoint = settings.COMPUTE_ENDPOINT;
    return {
      compute: googleCompute({
        project,
        region,
        clock,
        signal,
        ...(endpoint === undefined ? {} : { endpoint }),
      }),
      cluster: kubernetesCluster(ofShoot),
      garden: gardenShoot({
        kubeconfig: readKubeconfig(required(settings.GARDEN_KUBECONFIG, 'GARDEN_KUBECONFIG')),
        clock,
        log,
        signal,
        namespace: shoot.namespace,
        name: shoot.name,
      }),
      reachability: reachability ?? probeReachability({ ...ofShoot, image: settings.PROBE_IMAGE }),
    };
  };
}

function required(path: string | undefined, variable: string): string {
  if (path !== undefined) return path;
  throw new TerminalError(
    'NoAccess',
    `The environment variable ${variable} is not set.`,
    'Set it to a kubeconfig file and publish the step again.',
  );
}
