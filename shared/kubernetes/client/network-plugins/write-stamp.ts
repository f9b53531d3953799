import type { V1ConfigMap, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';

/**
 * Agents read their ConfigMap only when they start, so each write of it must be followed by a rollout, also after a crash in
 * between. Hence this stamp, another one for each write: on the ConfigMap it says that this product wrote it, on a pod template
 * for which write its pods were started. Gardener's charts do the same by a checksum, which only they can compute.
 */
export const CNI_WRITE = 'shoot-dualstack/cni-config-write';

/** What a write of the ConfigMap carries: the version that it replaces, which no other write can have replaced. */
export function stampedWrite({ metadata }: V1ConfigMap) {
  return { metadata: { annotations: { [CNI_WRITE]: `${metadata?.resourceVersion}` } } };
}

/** The annotations that a template lacks for its pods to be started anew; undefined when none is needed. */
export function missingStamp(
  template: V1PodTemplateSpec | undefined,
  stamp: string | undefined,
): { readonly [CNI_WRITE]: string } | undefined {
  const present = template?.metadata?.annotations?.[CNI_WRITE];
  return stamp === undefined || stamp === present ? undefined : { [CNI_WRITE]: stamp };
}

/**
 * The stamp that the templates have to carry. `pods` are those that have what the agents' present `template` has: others are
 * being replaced already, and asking for it once more would start every agent twice.
 *
 * A ConfigMap without a stamp was written by somebody else. Whoever does that well rolls the pods as well, as Gardener does;
 * if pods are older than that write, the rollout is what is left to do. The same holds where our stamp was taken off the
 * template: gardener-resource-manager puts its own template in the place of ours, but leaves the annotation of the ConfigMap
 * (`pkg/resourcemanager/controller/managedresource/merger.go`), and would take off the stamp as often as it is put there.
 */
export function wantedStamp(
  configMap: V1ConfigMap,
  template: V1PodTemplateSpec | undefined,
  pods: readonly V1Pod[],
  keys: readonly string[],
): string | undefined {
  const own = configMap.metadata?.annotations?.[CNI_WRITE];
  if (own === undefined) {
    const writtenAt = foreignWrite(configMap, keys);
    return pods.some((pod) => isOlder(pod, writtenAt)) ? configMap.metadata?.resourceVersion : undefined;
  }
  if (template?.metadata?.annotations?.[CNI_WRITE] !== undefined) return own;
  const writtenAt = lastWrite(configMap, keys);
  return writtenAt === undefined || pods.some((pod) => !isYounger(pod, writtenAt)) ? own : undefined;
}

export function isOlder({ metadata }: V1Pod, than: Date | undefined): boolean {
  return than !== undefined && metadata?.creationTimestamp !== undefined && metadata.creationTimestamp < than;
}

/** The times are of whole seconds: a pod of the same one may have been started with what was there before. */
function isYounger({ metadata }: V1Pod, than: Date): boolean {
  return metadata?.creationTimestamp !== undefined && metadata.creationTimestamp > than;
}

/** When somebody else last wrote one of these keys; undefined when this product wrote the ConfigMap, or nothing is on record. */
export function foreignWrite(configMap: V1ConfigMap, keys: readonly string[]): Date | undefined {
  return configMap.metadata?.annotations?.[CNI_WRITE] === undefined ? lastWrite(configMap, keys) : undefined;
}

/** When one of these keys was last written, from the API server's record of who owns which field (`managedFields`). */
function lastWrite({ metadata }: V1ConfigMap, keys: readonly string[]): Date | undefined {
  const times = (metadata?.managedFields ?? [])
    .filter(({ fieldsV1 }) => keys.some((key) => ownsKey(fieldsV1, key)))
    .flatMap(({ time }) => time ?? []);
  return times.length === 0 ? undefined : new Date(Math.max(...times.map((time) => time.getTime())));
}

function ownsKey(fields: object | undefined, key: string): boolean {
  const { 'f:data': owned }: { 'f:data'?: unknown } = fields ?? {};
  return typeof owned === 'object' && owned !== null && `f:${key}` in owned;
}
