import type { KubernetesObject } from '../cluster/object/object.ts';

/** Whether the object carries every one of the labels; none at all match nothing. */
export function matchesLabels(object: KubernetesObject, labels: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(labels);
  return entries.length > 0 && entries.every(([name, value]) => object.metadata.labels?.[name] === value);
}
