import type { Pod } from '../kinds/pod.ts';
import { isActive, isReady } from '../kinds/pod.ts';
import type { Change } from '../store/store.ts';

export const REVISION_HASH = 'controller-revision-hash';

/**
 * The Pods of one DaemonSet, counted change by change: with thousands of nodes nobody can count them anew for each
 * Pod of a rollout.
 */
export class DaemonCensus {
  readonly #active = new Map<string, Pod>();
  readonly #ready = new Set<string>();
  readonly #outdated = new Map<string, Pod>();
  #hash: string;

  constructor(hash: string, pods: Iterable<Pod>) {
    this.#hash = hash;
    for (const pod of pods) this.observe(pod, 'ADDED');
  }

  observe(pod: Pod, type: Change['type']): void {
    const { uid } = pod.metadata;
    this.#active.delete(uid);
    this.#ready.delete(uid);
    this.#outdated.delete(uid);
    if (type === 'DELETED' || !isActive(pod)) return;
    this.#active.set(uid, pod);
    if (isReady(pod)) this.#ready.add(uid);
    if (pod.metadata.labels?.[REVISION_HASH] !== this.#hash) this.#outdated.set(uid, pod);
  }

  /** The template changed: who is up to date is decided anew. */
  set hash(hash: string) {
    if (hash === this.#hash) return;
    this.#hash = hash;
    this.#outdated.clear();
    for (const pod of [...this.#active.values()]) this.observe(pod, 'MODIFIED');
  }

  get hash(): string {
    return this.#hash;
  }

  get active(): number {
    return this.#active.size;
  }

  get ready(): number {
    return this.#ready.size;
  }

  get updated(): number {
    return this.#active.size - this.#outdated.size;
  }

  /** Pods of an earlier template, those that are not Ready first, at most `limit` of the Ready ones. */
  *outdated(limit: number): Generator<Pod> {
    let left = limit;
    for (const pod of this.#outdated.values()) {
      if (!this.#ready.has(pod.metadata.uid)) yield pod;
    }
    for (const pod of this.#outdated.values()) {
      if (left <= 0) return;
      if (!this.#ready.has(pod.metadata.uid)) continue;
      left -= 1;
      yield pod;
    }
  }
}
