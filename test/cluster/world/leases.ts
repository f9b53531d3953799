import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import { leases } from '../../../infra/local/cluster/resources/network.ts';
import { systemClock, timestamp } from '../../../shared/clock.ts';
import type { ClusterView, Report } from './cluster-view.ts';

const NAMESPACE = 'kube-node-lease';
/** As the kubelet's own: a lease of 40 s, renewed four times as often. Wall time, which is the control plane's. */
const LEASE_SECONDS = 40;
const RENEWAL_MS = 10_000;

export interface LeaseOptions {
  readonly client: ApiClient;
  readonly view: ClusterView;
  readonly runs: (node: string) => Promise<boolean>;
  readonly report: Report;
}

/**
 * What every kubelet says about itself: that it is there. The node lifecycle controller marks nodes that fall silent. Resolves
 * when every node has said it once.
 */
export async function startLeases({
  client,
  view,
  runs,
  report,
}: LeaseOptions): Promise<{ stop(): Promise<void> }> {
  const stopped = new AbortController();

  async function renew(node: string): Promise<void> {
    if (!(await runs(node))) return;
    const spec = {
      holderIdentity: node,
      leaseDurationSeconds: LEASE_SECONDS,
      renewTime: timestamp(systemClock).replace('Z', '000Z'),
    };
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: node, namespace: NAMESPACE },
      spec,
    };
    const query = { fieldManager: 'kubelet', force: 'true' };
    await client.patch(leases, { namespace: NAMESPACE, name: node }, { kind: 'apply', body }, { query });
  }

  async function renewAll(): Promise<void> {
    const names = [...view.nodes.values()].map(({ metadata }) => metadata.name);
    await Promise.all(names.map((name) => renew(name).catch((error) => report(`lease of ${name}`, error))));
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await systemClock.sleep(RENEWAL_MS, stopped.signal).catch(() => undefined);
      if (!stopped.signal.aborted) await renewAll();
    }
  }

  await renewAll();
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}
