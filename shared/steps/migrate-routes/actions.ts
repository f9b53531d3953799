import type { Cidr } from '../../migration/cidr.ts';
import type { Strategy } from '../../migration/plan.ts';
import { describeNodeAction, type NodeAction } from '../check-nodes/actions.ts';
import { describeSubnetAction } from '../enable-ipv6-subnets/act.ts';
import type { SubnetAction } from '../enable-ipv6-subnets/decide.ts';
import { listed } from '../listed.ts';
import type { CarryingNode, PodRoute } from './survey.ts';

/** Everything that this step brings about; each may be repeated. */
export type RouteAction =
  | { readonly kind: 'restore routes'; readonly instances: readonly string[] }
  | { readonly kind: 'record'; readonly routes: readonly PodRoute[] }
  | { readonly kind: 'confirm deleted'; readonly routes: readonly string[] }
  | { readonly kind: 'allow overlap'; readonly otherwise: Fallback }
  | { readonly kind: 'add pod range'; readonly nodes: readonly CarryingNode[]; readonly otherwise: Fallback }
  | {
      readonly kind: 'watch pod range';
      readonly nodes: readonly CarryingNode[];
      readonly otherwise: Fallback;
    }
  | {
      readonly kind: 'withdraw pod range';
      readonly unreached: readonly string[];
      readonly otherwise: Fallback;
    }
  | { readonly kind: 'add free range'; readonly range: Cidr; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'add first alias'; readonly node: CarryingNode }
  | { readonly kind: 'check first successor'; readonly node: CarryingNode }
  | { readonly kind: 'add aliases'; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'check aliases'; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'verify aliases'; readonly routes: readonly string[] }
  | { readonly kind: 'stop route controller' }
  | { readonly kind: 'delete first route'; readonly route: PodRoute }
  | { readonly kind: 'check first node'; readonly route: string }
  | { readonly kind: 'delete routes'; readonly routes: readonly PodRoute[]; readonly atOnce: number }
  | { readonly kind: 'delete orphaned routes'; readonly routes: readonly PodRoute[] }
  | { readonly kind: 'check deleted routes'; readonly routes: readonly string[] }
  | { readonly kind: 'prove all reached'; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'cut routes'; readonly routes: readonly PodRoute[] }
  | { readonly kind: 'add range in gap' }
  | { readonly kind: 'check all nodes'; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'forbid overlap' }
  | { readonly kind: 'nodes subnet'; readonly action: SubnetAction }
  | { readonly kind: 'nodes'; readonly action: NodeAction }
  | { readonly kind: 'remove probe' };

/** What to follow when the network does not do what `overlap` relies on. */
export interface Fallback {
  readonly strategy: Strategy;
  readonly why: string;
}

/** One line for the history, in the past tense. */
export function describeRouteAction(action: RouteAction): string {
  switch (action.kind) {
    case 'restore routes':
      return `created the routes to ${action.instances.length} instances again`;
    case 'record':
      return `recorded ${action.routes.length} pod routes`;
    case 'confirm deleted':
      return `found ${action.routes.length} recorded pod routes gone: ${listed(action.routes)}`;
    case 'allow overlap':
      return 'allowed the nodes subnet to overlap routes';
    case 'add pod range':
      return `added the secondary range for pods and watched ${action.nodes.length} nodes with it`;
    case 'watch pod range':
      return `watched ${action.nodes.length} nodes with the secondary range for pods`;
    case 'withdraw pod range':
      return 'took the unused secondary range for pods off again';
    case 'add free range':
      return `added the free block ${action.range} as the secondary range for pods`;
    case 'add first alias':
      return `added the first alias IP range, to ${action.node.name}, and watched that node`;
    case 'check first successor':
      return `watched ${action.node.name}, the first node that came with its alias IP range`;
    case 'add aliases':
      return `added alias IP ranges to up to ${action.nodes.length} nodes that lacked one`;
    case 'check aliases':
      return `checked that all ${action.nodes.length} nodes are reached with their alias IP ranges`;
    case 'verify aliases':
      return `read back the alias IP ranges of ${action.routes.length} nodes`;
    case 'stop route controller':
      return 'told the cloud-controller-manager to leave routes alone';
    case 'delete first route':
      return `deleted the first pod route, ${action.route.route.name}, and checked its node`;
    case 'check first node':
      return `checked that the node behind ${action.route} is still reached`;
    case 'delete routes':
      return `deleted pod routes of the ${action.routes.length} left, ${action.atOnce} at once, and checked their nodes`;
    case 'delete orphaned routes':
      return `deleted ${action.routes.length} pod routes whose instances are gone`;
    case 'check deleted routes':
      return `checked the nodes of ${action.routes.length} routes whose deletion had been cut off`;
    case 'prove all reached':
      return `checked that all ${action.nodes.length} nodes are reached before the gap`;
    case 'cut routes':
      return `deleted all ${action.routes.length} pod routes; traffic is lost until the aliases carry it`;
    case 'add range in gap':
      return 'added the secondary range for pods';
    case 'check all nodes':
      return `checked that all ${action.nodes.length} nodes are reached`;
    case 'forbid overlap':
      return 'forbade the nodes subnet to overlap routes again';
    case 'nodes subnet':
      return describeSubnetAction(action.action);
    case 'nodes':
      return describeNodeAction(action.action);
    case 'remove probe':
      return 'took away what looked at the nodes';
  }
}
