import type { PortCall } from '../../in-process/index.ts';
import type { Scene } from './scene.ts';
import { listAt, textAt } from './stored.ts';

/** Routes whose deletion was asked for and whose nodes nobody looked at since. Nodes that left or are not ready prove nothing. */
export class UncheckedDeletions {
  readonly #scene: Pick<Scene, 'world' | 'nodes' | 'now'>;
  /** Route to instance; `gone` once the API shows the deletion. */
  readonly #unchecked = new Map<
    string,
    { readonly instance: string; readonly askedAt: number; gone: boolean }
  >();
  /** Instances whose route went while their traffic did not count any more: they prove something all the same as long as they answer. */
  readonly #leaving = new Set<string>();
  #anyChecked = false;

  constructor(scene: Pick<Scene, 'world' | 'nodes' | 'now'>) {
    this.#scene = scene;
  }

  /** Why this one may not be deleted now; undefined when it may. */
  whyNot(route: string, atOnce: number): string | undefined {
    this.#forgetThoseWithoutNode();
    const others = [...this.#unchecked.keys()].filter((other) => other !== route);
    const allowed = this.#anyChecked ? Math.max(1, atOnce) : 1;
    if (others.length < allowed) return undefined;
    return `${others.join(', ')} went before it and nobody has looked at their nodes since`;
  }

  asked(route: string, instance: string): void {
    if (!this.#unchecked.has(route))
      this.#unchecked.set(route, { instance, askedAt: this.#scene.now(), gone: false });
  }

  askedOfLeaving(instance: string): void {
    this.#leaving.add(instance);
  }

  deleted(route: string): void {
    const deletion = this.#unchecked.get(route);
    if (deletion !== undefined) deletion.gone = true;
  }

  backAgain(route: string): void {
    this.#unchecked.delete(route);
  }

  /** A look that begins now sees what is gone by now. */
  looked({ port, method, args }: PortCall): void {
    if (port !== 'reachability' || method !== 'unreached') return;
    const lookedAt = new Set(listAt(args, 0).map((node) => textAt(node, 'name')));
    if (this.#leaving.values().some((instance) => lookedAt.has(instance))) this.#anyChecked = true;
    for (const [route, { instance, gone }] of this.#unchecked) {
      if (!gone || !lookedAt.has(instance)) continue;
      this.#unchecked.delete(route);
      this.#anyChecked = true;
    }
  }

  /** A node that was not ready when it would have been looked at, and is again, was not looked at for that. */
  #wasUnready(instance: string, since: number): boolean {
    const node = this.#scene.nodes.get(instance);
    return node === undefined || !node.ready || node.since >= since;
  }

  #forgetThoseWithoutNode(): void {
    const live = new Set(this.#scene.world.compute.dataPlane.liveNodes().map(({ instance }) => instance));
    for (const [route, { instance, askedAt }] of this.#unchecked) {
      if (!live.has(instance) || this.#wasUnready(instance, askedAt)) this.#unchecked.delete(route);
    }
  }
}
