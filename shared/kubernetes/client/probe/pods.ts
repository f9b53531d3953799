import type { V1Pod } from '@kubernetes/client-node';
import { familyOfAddress } from '../../../migration/cidr.ts';
import type { ApiServer } from '../api-server.ts';
import { podsOf } from '../pods.ts';
import { NAMESPACE } from './manifests.ts';

/** A probe pod that serves. */
export interface ProbePod {
  readonly name: string;
  readonly node: string;
  /** IPv4. */
  readonly address: string;
}

/** Those that are ready and stay, of the present version. */
export async function readyProbePods(api: ApiServer, podSelector: string): Promise<readonly ProbePod[]> {
  const pods = await podsOf(api, NAMESPACE, podSelector);
  return pods.filter(isReady).flatMap(probePod);
}

function isReady({ metadata, status }: V1Pod): boolean {
  const ready =
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  return ready && metadata?.deletionTimestamp === undefined;
}

function probePod({ metadata, spec, status }: V1Pod): ProbePod[] {
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? [];
  const address = addresses.find((ip) => familyOfAddress(ip) === 'IPv4');
  const [name, node] = [metadata?.name, spec?.nodeName];
  return name === undefined || node === undefined || address === undefined ? [] : [{ name, node, address }];
}
