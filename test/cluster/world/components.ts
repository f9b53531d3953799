import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import { REALISTIC_DELAYS } from '../../../infra/local/cluster/delays.ts';
import { seededRandom } from '../../../infra/local/random.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ClusterView, Report } from './cluster-view.ts';
import { clusterView } from './cluster-view.ts';
import { startKubelets } from './kubelets.ts';
import { startLeases } from './leases.ts';
import { startPodGarbageCollector } from './pod-garbage-collector.ts';
import { startScheduler } from './scheduler.ts';

export interface ComponentOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  /** Whether the node's machine runs. */
  readonly runs: (node: string) => Promise<boolean>;
  readonly report: Report;
}

/**
 * Starts what a control plane does not bring along: scheduler, kubelets and, on the world's clock, the garbage collection of pods.
 * Resolves when every node has a lease. Whatever is started is left on `started`.
 */
export async function startComponents(
  options: ComponentOptions,
  started: AsyncDisposableStack,
): Promise<ClusterView> {
  const view = clusterView(options.client, options.report);
  const common = { ...options, view };
  const scheduler = startScheduler(common);
  started.defer(() => scheduler.stop());
  const kubelets = startKubelets({ ...common, delays: REALISTIC_DELAYS, random: seededRandom(2) });
  started.defer(() => kubelets.stop());
  const podGarbageCollector = startPodGarbageCollector(common);
  started.defer(() => podGarbageCollector.stop());
  await view.start();
  started.defer(() => view.stop());
  const leases = await startLeases(common);
  started.defer(() => leases.stop());
  return view;
}
