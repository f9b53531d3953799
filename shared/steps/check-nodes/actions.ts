import type { DrainableNode, DrainablePod } from '../../kubernetes/node-drain.ts';
import { listed } from '../listed.ts';
import { inWords } from './in-words.ts';
import type { Reason } from './reasons.ts';

/** A block, with what a human must do. */
export interface Verdict {
  readonly reason: Reason;
  readonly message: string;
  readonly remedy: string;
}

/** Everything that is done about single-stack nodes; each may be repeated. */
export type NodeAction =
  | {
      readonly kind: 'ask for rollout';
      readonly pools: readonly string[];
      /** These are all of the Shoot's, so that Gardener's `*` is asked for. */
      readonly allPools: boolean;
      readonly singleStack: number;
      readonly seconds: number;
      /** The maintenance window is too short for it, as every one would be. */
      readonly longerThanWindow: boolean;
    }
  | { readonly kind: 'note rollout'; readonly dualStack: number; readonly live: number }
  | { readonly kind: 'ask for reconciliation' }
  | { readonly kind: 'cordon'; readonly node: DrainableNode; readonly readyNodes: number }
  | { readonly kind: 'evict'; readonly pods: readonly DrainablePod[] }
  | { readonly kind: 'hand over'; readonly nodes: readonly DrainableNode[] }
  | {
      readonly kind: 'uncordon';
      readonly nodes: readonly DrainableNode[];
      readonly why: string;
      /** No node is drained after that. */
      readonly endsDrain: boolean;
    }
  /** The drain ends: its nodes take pods again, then the verdict is given. */
  | { readonly kind: 'give up'; readonly nodes: readonly DrainableNode[]; readonly verdict: Verdict };

/** One line for the history, in the past tense. */
export function describeNodeAction(action: NodeAction): string {
  switch (action.kind) {
    case 'ask for rollout':
      return `asked Gardener to roll ${listed(action.pools)}: ${action.singleStack} nodes are single-stack, some ${inWords(action.seconds)} are expected${action.longerThanWindow ? ', more than fits any maintenance window' : ''}`;
    case 'note rollout':
      return `Gardener rolls the workers, ${action.dualStack} of ${action.live} nodes are dual-stack`;
    case 'ask for reconciliation':
      return 'asked Gardener to reconcile the shoot, so that new machines are dual-stack';
    case 'cordon':
      return `cordoned ${action.node.name}`;
    case 'evict':
      return `asked for the eviction of ${action.pods.length} pods: ${listed(keysOf(action.pods))}${lostBy(action.pods)}`;
    case 'hand over':
      return `handed ${listed(namesOf(action.nodes))} to the machine controller, emptied`;
    case 'uncordon':
      return action.nodes.length === 0
        ? `ended the drain: ${action.why}`
        : `uncordoned ${listed(namesOf(action.nodes))}: ${action.why}`;
    case 'give up':
      return `gave up: ${action.verdict.message}`;
  }
}

function namesOf(nodes: readonly DrainableNode[]): readonly string[] {
  return nodes.map(({ name }) => name);
}

function keysOf(pods: readonly DrainablePod[]): readonly string[] {
  return pods.map(({ key }) => key);
}

/** All of them: this is the last that is heard of these pods. */
function lostBy(pods: readonly DrainablePod[]): string {
  const lost = pods.filter(({ comesBack, running }) => running && !comesBack);
  return lost.length === 0 ? '' : `; without a controller, so not coming back: ${keysOf(lost).join(', ')}`;
}
