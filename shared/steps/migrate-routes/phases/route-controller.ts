import { listed } from '../../listed.ts';
import { act } from '../../phase.ts';
import { type Phase, wait } from './phase.ts';

export const stopRouteController: Phase = ({ facts, joining }) => {
  const { managesRoutes, allocatesFromAliases } = facts.cloudControllerManager;
  if (!managesRoutes && allocatesFromAliases) return undefined;
  if (joining.length > 0) {
    return wait('NodesJoining', `no pod CIDR yet: ${listed(joining.map(({ name }) => name))}`, 10);
  }
  return act({ kind: 'stop route controller' });
};

export const awaitRouteController: Phase = ({ facts }) => {
  const { rollout, oldPods } = facts.cloudControllerManager;
  if (rollout.complete && oldPods === 0) return undefined;
  return wait(
    'CloudControllerManagerRollingOut',
    `${rollout.updated} of ${rollout.desired} cloud-controller-manager pods are new, ${oldPods} old ones are left`,
    5,
  );
};
