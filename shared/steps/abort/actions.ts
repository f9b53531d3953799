import type { PodRouteRecord } from '../../migration/pod-route.ts';
import { listed } from '../listed.ts';
import type { CarryingNode } from '../migrate-routes/survey.ts';
import type { AbortReason } from './reasons.ts';
import type { OwnAlias } from './way.ts';

/** Everything that the way back brings about; each may be repeated. */
export type AbortAction =
  | { readonly kind: 'refuse'; readonly reason: AbortReason; readonly message: string }
  | { readonly kind: 'begin' }
  | { readonly kind: 'give back'; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'check nodes'; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'remove misleading aliases'; readonly aliases: readonly OwnAlias[] }
  | { readonly kind: 'remove range' }
  | { readonly kind: 'disable IPv6'; readonly subnet: string }
  | { readonly kind: 'allow overlap' }
  | { readonly kind: 'create routes'; readonly records: readonly PodRouteRecord[] }
  | { readonly kind: 'finish deletions'; readonly routes: readonly string[] }
  | { readonly kind: 'record restored'; readonly records: readonly PodRouteRecord[] }
  | { readonly kind: 'manage routes' }
  | { readonly kind: 'note missing route'; readonly node: string }
  | { readonly kind: 'note routes' }
  | { readonly kind: 'remove first alias'; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'remove aliases'; readonly nodes: readonly CarryingNode[]; readonly atOnce: number }
  | { readonly kind: 'restore flag'; readonly allowed: boolean }
  | { readonly kind: 'delete firewall rules'; readonly names: readonly string[] }
  | { readonly kind: 'delete services subnet'; readonly subnet: string }
  | { readonly kind: 'remove probe' }
  | { readonly kind: 'hand back controller' };

/** One line for the history, in the past tense. */
export function describeAbortAction(action: AbortAction): string {
  switch (action.kind) {
    case 'refuse':
      return `refused: ${action.message}`;
    case 'begin':
      return 'began the way back to what was found';
    case 'give back':
      return `gave ${action.nodes.length} nodes their alias IP ranges back`;
    case 'check nodes':
      return `checked ${action.nodes.length} nodes whose alias IP range was being taken off`;
    case 'remove misleading aliases':
      return `took off alias IP ranges that were not their instances’ pod CIDRs: ${listed(action.aliases.map(({ instance }) => instance.name))}`;
    case 'remove range':
      return 'removed the secondary range for pods';
    case 'disable IPv6':
      return `disabled IPv6 on ${action.subnet}`;
    case 'allow overlap':
      return 'allowed the nodes subnet to overlap routes';
    case 'create routes':
      return `created recorded pod routes again, ${action.records.length} were missing`;
    case 'finish deletions':
      return `let the deletion of ${action.routes.length} pod routes come to its end, before they are created again`;
    case 'record restored':
      return `found ${action.records.length} deleted pod routes there again`;
    case 'manage routes':
      return 'told the cloud-controller-manager to manage routes again';
    case 'note missing route':
      return `saw no route to ${action.node}`;
    case 'note routes':
      return 'saw a route to every node';
    case 'remove first alias':
      return 'took the first alias IP range off and checked its node';
    case 'remove aliases':
      return `took alias IP ranges off the ${action.nodes.length} nodes left, ${action.atOnce} at once, and checked them`;
    case 'restore flag':
      return `${action.allowed ? 'allowed' : 'forbade'} the nodes subnet to overlap routes, as before`;
    case 'delete firewall rules':
      return `deleted the firewall rules ${listed(action.names)}`;
    case 'delete services subnet':
      return `deleted the services subnet ${action.subnet}`;
    case 'remove probe':
      return 'removed what looked at the data plane';
    case 'hand back controller':
      return 'handed the cloud-controller-manager back to Gardener';
  }
}
