import { withCondition } from '../kinds/common.ts';
import type { ObjectKey } from '../object/object.ts';
import { pods } from '../resources/core.ts';
import { badRequest, conflict, notFound } from '../rules/errors.ts';
import type { Kernel } from './kernel.ts';
import { serverTime } from './kernel.ts';
import type { WriteOptions } from './requests.ts';
import { update } from './update.ts';

/**
 * Gives a Pod its node, once.
 *
 * @throws ApiError 404, 409 when the Pod has a node or is leaving.
 */
export function bind(kernel: Kernel, key: ObjectKey, node: string, options: WriteOptions = {}): void {
  const pod = kernel.store.get(pods, key);
  if (pod === undefined) throw notFound(pods, key.name);
  if (node === '') throw badRequest('target.name: Required value');
  if (pod.metadata.deletionTimestamp !== undefined) {
    throw conflict(pods, key.name, `pod ${key.name} is being deleted, cannot be assigned to a host`);
  }
  const { nodeName } = pod.spec;
  if (nodeName !== undefined) {
    throw conflict(pods, key.name, `pod ${key.name} is already assigned to node "${nodeName}"`);
  }
  const scheduled = { type: 'PodScheduled', status: 'True' };
  const conditions = withCondition(pod.status?.conditions, scheduled, serverTime(kernel.now()));
  const { fieldValidation: _ofABinding, ...writing } = options;
  update(
    kernel,
    pods,
    key,
    { ...pod, spec: { ...pod.spec, nodeName: node } },
    { ...writing, endpoint: 'binding' },
  );
  const bound = kernel.store.get(pods, key);
  if (bound === undefined || options.dryRun === true) return;
  update(
    kernel,
    pods,
    key,
    { ...bound, status: { ...bound.status, conditions } },
    { ...writing, subresource: 'status', endpoint: 'binding' },
  );
}
