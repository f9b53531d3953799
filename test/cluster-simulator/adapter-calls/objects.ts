/** What the calls are about, and how they ask for changes. */
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { ApiClients } from '../../../shared/kubernetes/client/index.ts';

export const SHOOT = {
  apiVersion: 'core.gardener.cloud/v1beta1',
  kind: 'Shoot',
  metadata: { namespace: 'garden-core', name: 'api' },
  status: { lastOperation: { state: 'Succeeded' } },
};
export const shoots = {
  group: 'core.gardener.cloud',
  version: 'v1beta1',
  plural: 'shoots',
  namespace: 'garden-core',
};
export const pools = { group: 'crd.projectcalico.org', version: 'v1', plural: 'ippools' };
export const KUBE_SYSTEM = { namespace: 'kube-system' };
export const AGENTS = { ...KUBE_SYSTEM, name: 'calico-node' };
export const COREDNS = { ...KUBE_SYSTEM, name: 'coredns' };
export const KUBE_DNS = { ...KUBE_SYSTEM, name: 'kube-dns' };
export const CNI = { ...KUBE_SYSTEM, name: 'calico-config' };

export const by = (strategy: string) => setHeaderOptions('Content-Type', strategy);
export const merge = by(PatchStrategy.MergePatch);
export const strategic = by(PatchStrategy.StrategicMergePatch);
export const apply = by(PatchStrategy.ServerSideApply);
export const ours = { fieldManager: 'shoot-dualstack', force: true };
export const annotated = { metadata: { annotations: { seen: 'yes' } } };

export type Call = (clients: ApiClients) => Promise<unknown>;

export async function firstOf(
  clients: ApiClients,
  what: 'Pod' | 'Node',
): Promise<{ namespace: string; name: string }> {
  const { items } =
    what === 'Pod'
      ? await clients.core.listNamespacedPod({ namespace: 'shop' })
      : await clients.core.listNode();
  const { namespace = '', name = '' } = items[0]?.metadata ?? {};
  return { namespace, name };
}
