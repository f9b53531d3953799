import { z } from 'zod';
import type { JsonObject } from '../object/json.ts';
import { objectAt } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import { loose, manifestMeta } from '../object/object.ts';
import { badRequest } from '../rules/errors.ts';

const scale = loose({
  metadata: manifestMeta,
  spec: loose({ replicas: z.number().int().min(0).optional() }).optional(),
});

/** The object as its `/scale` subresource shows it. */
export function scaleOf(object: KubernetesObject): JsonObject {
  const spec = objectAt(object, 'spec');
  const labels = objectAt(spec, 'selector', 'matchLabels');
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas ?? 1 },
    status: {
      replicas: objectAt(object, 'status').replicas ?? 0,
      selector: Object.entries(labels)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(','),
    },
  };
}

/**
 * The object with the number of replicas that a written Scale asks for; its resourceVersion is taken over when given.
 *
 * @throws ApiError 400 when the Scale cannot be read.
 */
export function scaled(object: KubernetesObject, body: unknown): JsonObject {
  const read = scale.safeParse(body);
  if (!read.success)
    throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${z.prettifyError(read.error)}`);
  const { resourceVersion } = read.data.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, ...(resourceVersion ? { resourceVersion } : {}) },
    spec: { ...objectAt(object, 'spec'), replicas: read.data.spec?.replicas ?? 0 },
  };
}
