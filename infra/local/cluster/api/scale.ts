import { z } from 'zod';
import type { JsonObject } from '../object/json.ts';
import { objectAt } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import { loose, manifestMeta } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest, invalid, invalidValue } from '../rules/errors.ts';

const scale = loose({
  metadata: manifestMeta,
  spec: loose({ replicas: z.number().int().optional() }).optional(),
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
 * @throws ApiError 400 when the Scale cannot be read, 422 for less than none.
 */
export function scaled(resource: Resource, object: KubernetesObject, body: unknown): JsonObject {
  const read = scale.safeParse(body);
  if (!read.success)
    throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${z.prettifyError(read.error)}`);
  const replicas = read.data.spec?.replicas ?? 0;
  if (replicas < 0) {
    const wrong = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw invalid({ ...resource, kind: 'Scale', group: 'autoscaling' }, object.metadata.name, [wrong]);
  }
  const { resourceVersion } = read.data.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, ...(resourceVersion ? { resourceVersion } : {}) },
    spec: { ...objectAt(object, 'spec'), replicas },
  };
}
