import type { ClusterNode } from '../../kubernetes/cluster.ts';
import type { Garden } from '../../kubernetes/garden.ts';
import type { DualStackRanges, NetworkPluginState } from '../../kubernetes/network-plugin.ts';
import type { NetworkPluginName } from '../../migration/network-plugins.ts';
import type { Decision } from '../../migration/outcome.ts';
import { isDualStack } from '../dual-stack-node.ts';
import { listed } from '../listed.ts';
import { outcomesFor } from '../outcomes.ts';
import { decideInstalled } from './installed.ts';
import { obstructed } from './obstacles.ts';
import type { Reason } from './reasons.ts';
import { decideRollout } from './rollout.ts';
import { recentWrites } from './writes.ts';

const { waiting, blocked } = outcomesFor<Reason>();

export interface CniFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly nodes: readonly ClusterNode[];
  readonly acceptsDualStackServices: boolean;
  readonly garden: Awaited<ReturnType<Garden['state']>>;
  /** When a reconciliation was asked for, if it was. */
  readonly reconcileAskedAt: string | undefined;
  /** The mark {@link WRITES}. */
  readonly writes: string | undefined;
  /** `spec.networking.type` of the Shoot. */
  readonly networkType: string;
  /** The plugins that are there. */
  readonly installed: readonly NetworkPluginName[];
  /** Undefined while the nodes subnet shows no IPv6 range. */
  readonly ranges: DualStackRanges | undefined;
  /** Undefined as long as it is not clear which plugin has to be looked at, or for which ranges. */
  readonly plugin: { readonly name: NetworkPluginName; readonly state: NetworkPluginState } | undefined;
  /** Gardener is kept from writing the cloud-controller-manager back, by us. */
  readonly controllerHeld?: boolean | undefined;
}

export type CniAction =
  | { readonly kind: 'ask for reconciliation' }
  | { readonly kind: 'hand back controller' }
  | {
      readonly kind: 'configure';
      readonly plugin: NetworkPluginName;
      readonly ranges: DualStackRanges;
      readonly differing: NetworkPluginState['differing'];
    };

export const RECONCILE_ASKED_AT = 'configure-cni/reconcile-asked-at';

/** A reconciliation that did not make the API server dual-stack within this time is asked for again. */
const RECONCILE_SECONDS = 1_800;
/** Written so often within {@link recentWrites}' time, the configuration is somebody else's too. */
const MOST_WRITES = 3;

/**
 * What cannot be configured is told before anybody is asked for anything. Then the gate, then the configuration, and done when
 * every node runs with it, not when it was written. All of it is looked at again in every round, the gate and the nodes
 * too: API servers are restarted one after another, and nodes join at any time.
 */
export function decideCni(facts: CniFacts): Decision<CniAction> {
  const { plugin, ranges } = facts;
  if (ranges === undefined) {
    return blocked(
      'NodesIpv6RangeMissing',
      'The nodes subnet has no external IPv6 range.',
      'Somebody turned it back to IPV4_ONLY; make it dual-stack again, then publish the step.',
    );
  }
  if (plugin === undefined) return decideInstalled(facts);
  const { obstacles, differing } = plugin.state;
  if (obstacles.length > 0) return { kind: 'blocked', ...obstructed(obstacles) };
  return (
    decideNodes(facts) ??
    decideGate(facts) ??
    decideHandBack(facts) ??
    (differing.length === 0
      ? decideRollout(plugin, live(facts.nodes))
      : decideWrite(facts, { kind: 'configure', plugin: plugin.name, ranges, differing }))
  );
}

function live(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
  return nodes.filter(({ leaving }) => !leaving);
}

/**
 * With `usePodCidrIPv6` Calico creates no pod on a node that has no such CIDR, and with `k8s-require-ipv6-pod-cidr` Cilium's agent
 * does not start there (peers.md §1.4). Gardener, too, opens the gate only when all nodes have both (gardener-core-flow.md §4).
 */
function decideNodes({ nodes }: CniFacts): Decision<CniAction> | undefined {
  const all = live(nodes);
  const lacking = all.filter((node) => !isDualStack(node));
  if (all.length === 0) return { ...waiting('NoNodes', 'the cluster has no nodes', 300), patient: true };
  if (lacking.length === 0) return undefined;
  const joining = lacking.filter(({ podCidrs }) => podCidrs.length === 0).map(({ name }) => name);
  const singleStack = lacking.filter(({ podCidrs }) => podCidrs.length > 0).map(({ name }) => name);
  const parts = [
    ...(joining.length > 0 ? [`without a pod CIDR yet: ${listed(joining)}`] : []),
    ...(singleStack.length > 0
      ? [`single-stack, which only a replacement of the machine changes: ${listed(singleStack)}`]
      : []),
  ];
  return {
    ...waiting('NodesNotDualStack', parts.join('; '), 30),
    progress: { done: all.length - lacking.length, total: all.length, unit: 'nodes dual-stack' },
  };
}

function decideGate(facts: CniFacts): Decision<CniAction> | undefined {
  if (facts.acceptsDualStackServices) return undefined;
  const { reconciling, failure } = facts.garden;
  if (failure?.forGood === true) {
    const wait = waiting(
      'ShootFailed',
      `the API server refuses Services that require both families; the shoot’s last operation failed, and Gardener begins nothing before the Shoot is annotated with gardener.cloud/operation=retry: ${failure.message}`,
      300,
    );
    return { ...wait, patient: true };
  }
  if (!reconciling && !askedRecently(facts)) {
    return { kind: 'act', action: { kind: 'ask for reconciliation' } };
  }
  return waiting(
    'ControlPlaneNotDualStack',
    `the API server refuses Services that require both families; ${whatGardenerDoes(facts)}`,
    15,
  );
}

function whatGardenerDoes({ garden: { reconciling, failure }, reconcileAskedAt }: CniFacts): string {
  if (failure !== undefined) return `Gardener’s last operation ended with an error: ${failure.message}`;
  if (reconciling) return 'Gardener reconciles the shoot or is about to';
  return `Gardener was asked to reconcile the shoot at ${reconcileAskedAt}, and that is over: see the Shoot’s constraint DualStackNodesMigrationReady`;
}

function askedRecently({ reconcileAskedAt, now }: CniFacts): boolean {
  return reconcileAskedAt !== undefined && now - Date.parse(reconcileAskedAt) < RECONCILE_SECONDS * 1000;
}

/**
 * Behind the gate Gardener has the control plane for both families, and runs the cloud-controller-manager as we do
 * (gardener-gcp-flow.md §4.2); a reconciliation that is under way may not have come to that yet.
 */
function decideHandBack({ controllerHeld, garden }: CniFacts): Decision<CniAction> | undefined {
  if (controllerHeld !== true) return undefined;
  if (!garden.reconciling || garden.failure?.forGood === true) {
    return { kind: 'act', action: { kind: 'hand back controller' } };
  }
  return waiting(
    'ControllerHeldBack',
    'Gardener reconciles the shoot or is about to; the cloud-controller-manager is handed back to it after that',
    15,
  );
}

/**
 * Gardener renders its own idea of the same objects whenever it reconciles; to write against that would roll the agents for ever.
 * While it does, its network plugin is not dual-stack yet: it comes after the API server, in the same reconciliation
 * (gardener-core-flow.md §4), and until then gardener-resource-manager undoes every write within a minute.
 */
function decideWrite(
  { writes, now, garden }: CniFacts,
  action: Extract<CniAction, { kind: 'configure' }>,
): Decision<CniAction> {
  // One that failed for good does nothing more, whatever it was asked for.
  if (garden.reconciling && garden.failure?.forGood !== true) {
    const objects = action.differing.map(({ object }) => object);
    return waiting(
      'GardenerReconciling',
      `Gardener reconciles the shoot or is about to, and may configure the network plugin itself; not as it has to be yet: ${listed(objects)}`,
      15,
    );
  }
  const { count, minutes } = recentWrites(writes, now);
  if (count < MOST_WRITES) return { kind: 'act', action };
  const undone = action.differing.map(
    ({ object, changes, lastWriter }) =>
      `${object} (${changes.join(', ')}), last written by ${lastWriter ?? 'somebody who is not on record'}`,
  );
  return blocked(
    'ConfigurationUndone',
    `Within ${minutes} minutes it was written ${count} times, and again it is not as it has to be: ${undone.join('; ')}.`,
    'Find out why it is written back. Gardener does so as long as its Network for the shoot has one family, and where the Shoot’s ' +
      'networking.providerConfig asks for something else, such as NAT of IPv6. ' +
      `Then publish the step again; within ${minutes} minutes it writes at most ${MOST_WRITES} times.`,
  );
}
