import type { Obstacle } from '../../kubernetes/network-plugin.ts';
import { listed } from '../listed.ts';
import type { Reason } from './reasons.ts';

interface Obstruction {
  readonly reason: Reason;
  readonly message: string;
  readonly remedy: string;
}

/** What stands in the way of the network plugin's configuration, in the words of the first of them; there is at least one. */
export function obstructed(obstacles: readonly Obstacle[]): Obstruction {
  const [first] = obstacles;
  const message = `${listed(obstacles.map(({ message }) => message))}.`;
  switch (first?.kind) {
    case 'overlay':
      return {
        reason: 'OverlayOn',
        message,
        remedy:
          'Set overlay.enabled to false in spec.networking.providerConfig and let Gardener reconcile the shoot, then publish the step again.',
      };
    case 'ipam':
      return {
        reason: 'IpamNotByNode',
        message,
        remedy:
          'Let pods get their addresses from the pod CIDRs of their nodes and roll the nodes, then publish the step again.',
      };
    default:
      return {
        reason: 'ConfigurationContradicts',
        message,
        remedy: 'Correct the object that is named, then publish the step again.',
      };
  }
}
