import { createHash } from 'node:crypto';
import { NETWORK_PLUGINS, type NetworkPluginName } from '../../../shared/migration/network-plugins.ts';
import { NODE_ROLLOUT } from '../../../shared/migration/node-rollout.ts';
import { STRATEGIES, type Strategy } from '../../../shared/migration/plan.ts';
import { exampleShoot } from '../example/shoot.ts';

/** One shoot of a chaos run, and what is asked for it. */
export interface ShootOrder {
  /** `namespace/name` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly nodes: number;
  readonly strategy: Strategy;
  readonly networkPlugin: NetworkPluginName;
  readonly nodeRollout: 'gardener' | 'drain';
  /** Whether the way back is asked for in the middle of its routes. */
  readonly abort: boolean;
}

const NAMESPACE = 'garden-chaos';
/** Of so many shoots in a row one is led back, and two are drained by the product itself. */
const CYCLE = 8;
const LED_BACK = 3;
const DRAINED: readonly number[] = [4, 6];

/** The shoot that is the `turn`th (from 0) in its slot: strategies, network plugins and what else there is take turns. */
export function shootOrder(options: {
  slot: number;
  turn: number;
  slots: number;
  nodes: number;
}): ShootOrder {
  const { slot, turn, slots, nodes } = options;
  const index = slot + turn * slots;
  const name = `s${slot + 1}-${turn + 1}`;
  return {
    key: `${NAMESPACE}/${name}`,
    namespace: NAMESPACE,
    name,
    nodes,
    strategy: STRATEGIES[index % STRATEGIES.length] ?? 'overlap',
    networkPlugin: NETWORK_PLUGINS[index % NETWORK_PLUGINS.length] ?? 'calico',
    nodeRollout: DRAINED.includes(index % CYCLE) ? 'drain' : 'gardener',
    abort: index % CYCLE === LED_BACK,
  };
}

/**
 * The Shoot's manifest. It has no maintenance window: the longest that there can be lasts six minutes of the wall, and what a
 * slow machine has not done by then would wait for eighteen more.
 */
export function shootManifest(order: ShootOrder): object {
  const example = exampleShoot(order.nodes, order.networkPlugin);
  const { namespace, name } = order;
  const annotations = order.nodeRollout === 'drain' ? { [NODE_ROLLOUT.mode]: 'drain' } : {};
  return {
    ...example,
    metadata: { ...example.metadata, namespace, name, uid: uidOf(order.key), annotations },
    spec: { ...example.spec, maintenance: {} },
    status: { technicalID: `shoot--chaos--${name}` },
  };
}

function uidOf(key: string): string {
  const digits = createHash('sha256').update(key).digest('hex');
  return [8, 4, 4, 4, 12].map((length, part) => digits.slice(part * 12, part * 12 + length)).join('-');
}
