import type { z } from 'zod';
import type { Json } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import type { FieldError } from '../rules/errors.ts';
import type { ClusterIps } from '../rules/services/cluster-ips.ts';

/** One row of the table that drives discovery, routing, validation and what `kubectl get` prints. */
export interface Resource<T extends KubernetesObject = KubernetesObject> {
  /** `plural.group`, unique; just the plural in the core group. */
  readonly id: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** `status` has an endpoint of its own and cannot be written through the main one. */
  readonly statusSubresource: boolean;
  /** A status given on creation is kept: a kubelet registers its Node with one. */
  readonly statusOnCreate: boolean;
  readonly scaleSubresource: boolean;
  /** The server counts changes of everything but metadata and status in `metadata.generation`. */
  readonly counted: boolean;
  /** As `counted`, but for the binding to a node, and the mark of a deletion counts too: Pods. */
  readonly countedWhenMarked: boolean;
  /** False for kinds whose PUT must carry a resourceVersion. */
  readonly unconditionalUpdate: boolean;
  /** Known by no schema but that of its metadata: other fields are not checked, lists are owned whole, no protobuf. */
  readonly custom: boolean;
  /** False for resources of a CustomResourceDefinition, which answer 415 to a strategic merge patch. */
  readonly strategicMerge: boolean;
  /** Beyond metadata.name and metadata.namespace. */
  readonly selectableFields: readonly string[];
  readonly columns: readonly Column<T>[];
  readonly rules: Rules<T>;
  /** Checks the fields that rules and controllers read; everything else passes as it is. */
  readonly fields: z.ZodType;
}

export interface Column<T extends KubernetesObject = KubernetesObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  /** Shown only with `-o wide`. */
  readonly wide: boolean;
  value(object: T, now: number): Json;
}

/** What a kind's own rules may ask besides the object. */
export interface RuleContext {
  /** RFC 3339 to the second, as the server writes times. */
  readonly now: string;
  readonly clusterIps: ClusterIps;
  readonly dryRun: boolean;
}

/** Method syntax on purpose: a row of the table is used as a `Resource` of no particular kind. */
export interface Rules<T extends KubernetesObject = KubernetesObject> {
  /**
   * What the server fills in: defaults, on creation also what a client may not set. `previous` is undefined on creation.
   *
   * @throws ApiError where filling in (an address, say) can fail.
   */
  complete?(object: T, previous: T | undefined, context: RuleContext): T;
  /** The rules that a completed object breaks. */
  violations?(object: T, previous: T | undefined): FieldError[];
}

interface Definition<Fields extends z.ZodType> {
  readonly group?: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced?: boolean;
  readonly statusSubresource?: boolean;
  readonly statusOnCreate?: boolean;
  readonly scaleSubresource?: boolean;
  readonly counted?: boolean;
  readonly countedWhenMarked?: boolean;
  readonly unconditionalUpdate?: boolean;
  readonly custom?: boolean;
  readonly strategicMerge?: boolean;
  readonly selectableFields?: readonly string[];
  readonly columns?: readonly Column<KubernetesObject & z.infer<Fields>>[];
  readonly rules?: Rules<KubernetesObject & z.infer<Fields>>;
  readonly fields: Fields;
}

/** A row with everything that most resources have in common filled in. */
export function resource<Fields extends z.ZodType>(
  definition: Definition<Fields>,
): Resource<KubernetesObject & z.infer<Fields>> {
  const group = definition.group ?? '';
  return {
    id: group === '' ? definition.plural : `${definition.plural}.${group}`,
    group,
    singular: definition.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    statusSubresource: false,
    statusOnCreate: false,
    scaleSubresource: false,
    counted: false,
    countedWhenMarked: false,
    unconditionalUpdate: true,
    custom: false,
    strategicMerge: true,
    selectableFields: [],
    columns: [],
    rules: {},
    ...definition,
  };
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(resource: Pick<Resource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
