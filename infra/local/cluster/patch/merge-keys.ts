import type { Json } from '../object/json.ts';
import { isObject } from '../object/json.ts';

/**
 * The lists that a strategic merge patch merges by key, by field name: the `patchMergeKey` tags of the Kubernetes and
 * Gardener API types. Every list not named here is replaced whole, among them `args`, `tolerations` and `taints`.
 */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  addresses: ['type'],
  conditions: ['type'],
  constraints: ['type'],
  containers: ['name'],
  env: ['name'],
  ephemeralContainers: ['name'],
  hostAliases: ['ip'],
  imagePullSecrets: ['name'],
  initContainers: ['name'],
  ownerReferences: ['uid'],
  podIPs: ['ip'],
  // Ports of a container are known by containerPort, those of a Service by port.
  ports: ['containerPort', 'port'],
  secrets: ['name'],
  topologySpreadConstraints: ['topologyKey'],
  volumeDevices: ['devicePath'],
  volumeMounts: ['mountPath'],
  volumes: ['name'],
};

/** Lists of plain values that are merged as sets. `podCIDRs` is one: a patch can add to it but not replace it. */
const SETS: ReadonlySet<string> = new Set(['finalizers', 'podCIDRs']);

/** By which field the entries of the list called `field` are known; undefined when the list is replaced whole. */
export function mergeKey(field: string, ...lists: readonly (readonly Json[])[]): string | undefined {
  const entries = lists.flat().filter(isObject);
  return MERGE_KEYS[field]?.find((key) => entries.some((entry) => entry[key] !== undefined));
}

export function isSet(field: string): boolean {
  return SETS.has(field);
}
