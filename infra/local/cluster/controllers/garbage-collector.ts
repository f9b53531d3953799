import { keyOf } from '../object/object.ts';
import { namespaces } from '../resources/core.ts';
import { RESOURCES } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import type { Change } from '../store/store.ts';
import type { Controller, Queue, Surroundings } from './controller.ts';

/** Takes away what belonged to an owner that is gone. Keyed by the owner's UID. */
export function garbageCollector({ api, store }: Surroundings, queue: Queue): Controller {
  /** Paths of dependents, with their resource, by their owner's UID. */
  const dependents = new Map<string, Map<string, Resource>>();

  function follow({ resource, object, previous, type }: Change): void {
    const path = `${resource.id}|${object.metadata.namespace ?? ''}|${object.metadata.name}`;
    for (const { uid } of previous?.metadata.ownerReferences ?? []) {
      const group = dependents.get(uid);
      group?.delete(path);
      if (group?.size === 0) dependents.delete(uid);
    }
    if (type === 'DELETED') return;
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      dependents.set(uid, (dependents.get(uid) ?? new Map()).set(path, resource));
    }
  }

  return {
    name: 'garbage-collector',
    observe(change) {
      follow(change);
      const { uid } = change.object.metadata;
      if (change.type === 'DELETED' && dependents.has(uid)) queue.add(uid);
    },
    reconcile(uid) {
      for (const [path, resource] of [...(dependents.get(uid) ?? [])]) {
        const [, namespace = '', name = ''] = path.split('|');
        if (store.get(resource, { namespace, name }) !== undefined) api.delete(resource, { namespace, name });
      }
    },
  };
}

/** Empties a namespace that is being deleted, then lets it go. */
export function namespaceController({ api, store, delays }: Surroundings, queue: Queue): Controller {
  return {
    name: 'namespace',
    observe({ resource, object }) {
      if (resource.id === namespaces.id && object.metadata.deletionTimestamp !== undefined) {
        queue.add(object.metadata.name);
      }
    },
    reconcile(name) {
      const namespace = store.get(namespaces, { namespace: '', name });
      if (namespace?.metadata.deletionTimestamp === undefined) return;
      let left = 0;
      for (const resource of RESOURCES.filter((entry) => entry.namespaced)) {
        for (const object of [...store.each(resource, name)]) {
          if (!api.delete(resource, keyOf(object)).gone) left += 1;
        }
      }
      if (left === 0) store.remove(namespaces, { namespace: '', name });
      else queue.addAfter(name, delays.retry);
    },
  };
}
