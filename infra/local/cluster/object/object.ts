import { z } from 'zod';
import type { Json } from './json.ts';

/** Any JSON, unchecked: fields that no rule of the simulator reads pass through as they came. */
const anyJson = z.custom<Json | undefined>();

/** An object whose named fields are checked and whose other fields are kept. */
export const loose = <Shape extends z.core.$ZodShape>(shape: Shape) => z.object(shape).catchall(anyJson);

export const stringMap = z.record(z.string(), z.string());

const ownerReference = loose({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
});
export type OwnerReference = z.infer<typeof ownerReference>;

/** Metadata as a client sends it. */
export const manifestMeta = loose({
  name: z.string().optional(),
  generateName: z.string().optional(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().int().optional(),
  creationTimestamp: z.string().optional(),
  deletionTimestamp: z.string().optional(),
  deletionGracePeriodSeconds: z.number().optional(),
  labels: stringMap.optional(),
  annotations: stringMap.optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z.array(ownerReference).optional(),
});
export type ManifestMeta = z.infer<typeof manifestMeta>;

/** An object as a client writes it: metadata not complete, nothing checked but its outermost shape. */
export type Manifest = {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: ManifestMeta;
  readonly [field: string]: Json | undefined;
};

/** Metadata of a stored object: what the server itself fills in is there. */
export const objectMeta = manifestMeta.extend({
  name: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  creationTimestamp: z.string(),
});
export type ObjectMeta = z.infer<typeof objectMeta>;

/** An object as it is stored and answered. Frozen: a change is a new object. */
export type KubernetesObject = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: Json | undefined;
};

/** Where an object stands among those of its resource; `namespace` is '' for cluster-scoped ones. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

export function keyOf(object: { readonly metadata: ManifestMeta }): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
}

/** The reference that makes its bearer answer to its creator, as a controller writes it on what it creates. */
export function controllerReference(owner: KubernetesObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** UID of the controller that owns the object, if any. */
export function controllerUid(object: { readonly metadata: ManifestMeta }): string | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true)?.uid;
}
