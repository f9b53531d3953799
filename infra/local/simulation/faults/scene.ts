import { nodes } from '../../cluster/index.ts';
import type { InProcessWorld } from '../../in-process/index.ts';

/** What a fault that lies in wait is given. */
export interface Scene {
  readonly world: InProcessWorld;
  /** Aborts when no fault may strike any more. */
  readonly signal: AbortSignal;
  /** Says that the fault struck, now; its effect is over at `until` (milliseconds of the world's clock; now when left out). */
  struck(until?: number): void;
}

/** So many seconds from now on the world's clock, in its milliseconds. */
export function inSeconds({ world }: Scene, seconds: number): number {
  return world.clock.now() + seconds * 1_000;
}

/** Now and every so many seconds, since controllers put right what they find wrong. */
export function repeatedly(scene: Scene, forSeconds: number, everySeconds: number, act: () => void): void {
  const { clock } = scene.world;
  const until = inSeconds(scene, forSeconds);
  void (async () => {
    while (clock.now() < until) {
      act();
      await clock.sleep(everySeconds * 1_000);
    }
  })();
}

/** A node as it is at a moment. */
export interface PresentNode {
  readonly name: string;
  readonly zone: string;
  /** The IPv4 one; undefined while it has none. */
  readonly podCidr: string | undefined;
}

/** The node at this place among the cluster's VMs, counted round and round; undefined when there is none. */
export function presentNode({ world }: Scene, place: number): PresentNode | undefined {
  const instances = ownInstances(world);
  const instance = instances[place % instances.length];
  if (instance === undefined) return undefined;
  const { name, zone } = instance;
  const node = world.cluster.api.kernel.store.get(nodes, { namespace: '', name });
  return {
    name,
    zone: zone.slice(zone.lastIndexOf('/') + 1),
    podCidr: node?.spec?.podCIDRs?.find((cidr) => !cidr.includes(':')),
  };
}

export function isLastNode({ world }: Scene): boolean {
  return ownInstances(world).length <= 1;
}

/** A network may be shared with other clusters, whose VMs are none of a case's business. */
function ownInstances({ example, compute }: InProcessWorld) {
  const own = `${example.technicalId}-`;
  return compute.resources.instances.values().filter(({ name }) => name.startsWith(own));
}
