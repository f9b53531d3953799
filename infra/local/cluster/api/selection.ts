import type { KubernetesObject } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import type { ObjectPredicate } from '../store/selectors.ts';
import { parseFieldSelector, parseLabelSelector } from '../store/selectors.ts';

export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/**
 * The predicate of a list or a watch.
 *
 * @throws ApiError 400 for a selector that cannot be read.
 */
export function selectionOf(resource: Resource, selection: Selection): ObjectPredicate {
  const { namespace } = selection;
  const byLabel = selection.labelSelector ? parseLabelSelector(selection.labelSelector) : undefined;
  const byField = selection.fieldSelector
    ? parseFieldSelector(selection.fieldSelector, resource.selectableFields)
    : undefined;
  return (object: KubernetesObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (byLabel === undefined || byLabel(object.metadata.labels ?? {})) &&
    (byField === undefined || byField(object));
}
