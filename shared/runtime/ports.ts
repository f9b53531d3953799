import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { TerminalError } from '../engine/errors.ts';
import type { OpenPorts } from '../engine/ports.ts';
import type { GoogleIdentity } from '../kubernetes/access/google-identity.ts';
import type { Garden } from '../kubernetes/garden.ts';
import type { Reachability } from '../kubernetes/reachability.ts';
import type { Migration } from '../migration/migration.ts';
import { seedNameOf } from '../migration/seed-name.ts';
import { PREFLIGHT } from '../migration/steps.ts';
import { type Access, accessBy } from './access.ts';
import type { Settings } from './settings.ts';

export interface PortsOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  /** What looks whether nodes are reached, in place of probe pods in the shoot. */
  readonly reachability?: Reachability;
  /** Who the functions are, in place of their own service account, and another Secret Manager than Google's. */
  readonly identity?: GoogleIdentity;
  readonly secretManager?: string;
}

/**
 * Opens the ports of a migration: Compute Engine in its project and region, its cluster and its garden. The clients
 * are loaded when the first step runs, so that functions which run none start without them. Credentials that end are kept
 * from one opening to the next, in memory.
 *
 * The preflight reads the cluster as a viewer, but asks as the one who will act what may be done: of the viewer the answer
 * would be no, and a plan that finds out too late helps nobody. Nothing is changed by asking.
 */
export function portsOpener(options: PortsOptions): OpenPorts {
  const { settings, clock, log } = options;
  let access: Access | undefined;
  return async (migration, signal) => {
    const [{ googleCompute }, kubernetes, library] = await Promise.all([
      import('../compute/google/index.ts'),
      import('../kubernetes/client/index.ts'),
      import('../kubernetes/access/index.ts'),
    ]);
    const { identity, secretManager } = options;
    access ??= accessBy({ settings, clock, library, identity, secretManager });
    const { kubernetesCluster, gardenShoot, probeReachability } = kubernetes;
    const { namespace, name } = migration.shoot;
    const common = { clock, log, signal };
    const { acting, reading } = access.shoot({ namespace, name }, purposeOf(migration));
    const garden = gardenShoot({
      ...common,
      kubeconfig: access.garden(),
      namespace,
      name,
      issues: access.issuedByGarden,
    });
    const seed = await access.seed({ namespace, name }, () => seedNameIn(garden));
    const { project, region, technicalId } = migration.target;
    const manager = seed === undefined ? {} : { cloudControllerManager: onSeed(technicalId, seed) };
    const cluster = kubernetesCluster({ ...common, kubeconfig: acting, ...manager });
    const endpoint = settings.COMPUTE_ENDPOINT;
    return {
      compute: googleCompute({ project, region, clock, signal, ...(endpoint !== undefined && { endpoint }) }),
      cluster:
        reading === acting
          ? cluster
          : {
              ...kubernetesCluster({ ...common, kubeconfig: reading, ...manager }),
              missingRights: cluster.missingRights,
            },
      garden,
      managerHold: cluster.cloudControllerManager.hold,
      reachability:
        options.reachability ??
        probeReachability({ ...common, kubeconfig: acting, image: settings.PROBE_IMAGE }),
    };
  };
}

function purposeOf({ position }: Migration): 'act' | 'plan' {
  return position === PREFLIGHT ? 'plan' : 'act';
}

/** Where Gardener's extension for Google Cloud puts it (gardener-gcp-flow.md §1.2, §1.4). */
function onSeed(technicalId: string, kubeconfig: KubeConfig) {
  return { namespace: technicalId, name: 'cloud-controller-manager', kubeconfig, managed: true };
}

async function seedNameIn(garden: Garden): Promise<string> {
  const seedName = seedNameOf(await garden.shoot());
  if (seedName !== undefined) return seedName;
  throw new TerminalError(
    'NoAccess',
    'The Shoot says neither in its status nor in its spec on which seed its control plane runs.',
    'Wait until it is scheduled, or name the seed’s kubeconfig without {seed} in SEED_KUBECONFIG or SEED_KUBECONFIG_SECRET, then publish the step again.',
  );
}
