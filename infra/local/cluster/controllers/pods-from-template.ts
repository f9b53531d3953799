import { createHash } from 'node:crypto';
import type { PodTemplate } from '../kinds/pod.ts';
import type { Json } from '../object/json.ts';
import { compact, isArray, isObject } from '../object/json.ts';
import type { KubernetesObject, Manifest } from '../object/object.ts';
import { controllerReference } from '../object/object.ts';

/** The Pod that a controller creates from its template. */
export function podFromTemplate(
  owner: KubernetesObject,
  template: PodTemplate,
  generateName: string,
  labels: Readonly<Record<string, string>>,
  nodeName?: string,
): Manifest {
  return {
    metadata: compact({
      generateName,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...labels },
      annotations: template.metadata?.annotations,
      ownerReferences: [controllerReference(owner)],
    }),
    spec: { ...template.spec, ...(nodeName === undefined ? {} : { nodeName }) },
  };
}

/** A short hash of a template, the same for the same content whatever the order of its fields. */
export function templateHash(template: PodTemplate): string {
  const known = hashes.get(template);
  if (known !== undefined) return known;
  const hash = createHash('sha256')
    .update(JSON.stringify(sorted(template)))
    .digest('hex')
    .slice(0, 10);
  if (Object.isFrozen(template)) hashes.set(template, hash);
  return hash;
}

/** Of templates that are stored: those never change. */
const hashes = new WeakMap<PodTemplate, string>();

function sorted(value: Json | undefined): Json | undefined {
  if (isArray(value)) return value.map((entry) => sorted(entry) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((field) => [field, sorted(value[field])]),
  );
}
