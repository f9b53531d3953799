import type { Pod } from '../kinds/pod.ts';
import { controllerUid } from '../object/object.ts';
import type { Change } from './store.ts';

type PodSelector = (pod: Pod) => string | undefined;

/** Pods grouped by a property of theirs, kept up to date change by change so that nobody scans all pods for a few. */
export class PodIndex {
  readonly #groups = new Map<string, Map<string, Pod>>();
  readonly #groupOf: PodSelector;

  constructor(groupOf: PodSelector) {
    this.#groupOf = groupOf;
  }

  observe(pod: Pod, previous: Pod | undefined, type: Change['type']): void {
    const before = previous === undefined ? undefined : this.#groupOf(previous);
    const after = type === 'DELETED' ? undefined : this.#groupOf(pod);
    if (before !== undefined && before !== after) this.#drop(before, pod.metadata.uid);
    if (after === undefined) return;
    const group = this.#groups.get(after) ?? new Map<string, Pod>();
    this.#groups.set(after, group);
    group.set(pod.metadata.uid, pod);
  }

  /** The pods of a group, in the order in which they came into it. */
  of(group: string): Iterable<Pod> {
    return this.#groups.get(group)?.values() ?? [];
  }

  count(group: string): number {
    return this.#groups.get(group)?.size ?? 0;
  }

  #drop(group: string, uid: string): void {
    const pods = this.#groups.get(group);
    pods?.delete(uid);
    if (pods?.size === 0) this.#groups.delete(group);
  }
}

export const byNode: PodSelector = (pod) => pod.spec.nodeName;
export const byController: PodSelector = controllerUid;
