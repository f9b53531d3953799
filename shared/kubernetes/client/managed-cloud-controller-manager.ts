import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { CloudControllerManager } from '../cluster.ts';
import type { ApiServer } from './api-server.ts';
import { cloudControllerManager, type DeploymentPlace } from './cloud-controller-manager.ts';
import { MANAGED_RESOURCE, managedResource } from './managed-resource.ts';

/**
 * The cloud-controller-manager in a seed, where a ManagedResource holds its Deployment and gardener-resource-manager would undo a
 * change within a minute. So that is ignored first, and stays so for as long as the change has to last.
 *
 * Nothing is remembered here: a crash leaves the Deployment as it was or changed, and the ManagedResource ignored or not. Each of
 * the four is told from what is there, and the same call, or {@link CloudControllerManager.hold}, goes on from it.
 *
 * | ignored | changed | after a crash                                                                        |
 * |---------|---------|--------------------------------------------------------------------------------------|
 * | no      | no      | nothing had begun                                                                    |
 * | yes     | no      | the same call makes the change; an end without it hands back                         |
 * | yes     | yes     | as it should be; an end hands back                                                   |
 * | no      | yes     | Gardener writes it back, or wants the same: `state` says which, and the call is made |
 */
export function managedCloudControllerManager(
  api: ApiServer,
  place: DeploymentPlace,
  { clock, log }: { readonly clock: Clock; readonly log?: Logger },
): CloudControllerManager {
  const manager = cloudControllerManager(api, place);
  const resource = managedResource(api, { namespace: place.namespace, name: MANAGED_RESOURCE }, clock);

  async function whileIgnored(change: () => Promise<void>): Promise<void> {
    try {
      await resource.ignore();
      await change();
    } catch (error) {
      await takeBack();
      throw error;
    }
  }

  /** Whether the change happened or not: Gardener's own is in force then, and that is what `state` will show. */
  async function takeBack(): Promise<void> {
    try {
      await resource.heed();
    } catch (error) {
      // The next run finds it; what failed first is what it has to hear of.
      const message = error instanceof Error ? error.message : String(error);
      log?.warn({ error: message }, 'the ManagedResource of the control plane is ignored still');
    }
  }

  return {
    state: manager.state,
    stopManagingRoutes: () => whileIgnored(manager.stopManagingRoutes),
    manageRoutes: () => whileIgnored(manager.manageRoutes),
    hold: { isHeld: resource.isIgnoredByUs, handBack: resource.heed },
  };
}
