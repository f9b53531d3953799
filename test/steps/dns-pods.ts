import type { CoreDnsPod } from '../../shared/kubernetes/cluster.ts';

export const V4 = '100.96.0.4';
export const V6 = '2600:1900:4000:1::4';

/** A CoreDNS pod that answers over both families, but for the changes. */
export function coreDnsPod(name: string, changes: Partial<CoreDnsPod> = {}): CoreDnsPod {
  return {
    name,
    node: 'node-1',
    notReady: undefined,
    addresses: [V4, V6],
    gone: undefined,
    createdAt: 0,
    ofDeployment: true,
    ...changes,
  };
}
