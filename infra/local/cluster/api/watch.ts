import type { KubernetesObject } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';
import { ApiError, expired, forbiddenValue, invalidOptions } from '../rules/errors.ts';
import type { ObjectPredicate } from '../store/selectors.ts';
import type { Change, ObjectStore } from '../store/store.ts';
import { malformed } from './requested-version.ts';
import type { WatchEvent, WatchOptions } from './requests.ts';
import { selectionOf } from './selection.ts';

export interface Watch {
  /** Sends a bookmark with the present version, if the watcher asked for bookmarks. */
  bookmark(): void;
  stop(): void;
}

/**
 * Sends every change of the selected objects to `sink`, in order, starting as `options.resourceVersion` says. A version
 * that is too old gets one ERROR event with a 410 Status and nothing else.
 *
 * @throws ApiError 400 for a selector that cannot be read, 422 for options that contradict each other, 500 (as the real
 *   server) for a version that is none.
 */
export function watch(
  store: ObjectStore,
  resource: Resource,
  options: WatchOptions,
  sink: (event: WatchEvent) => void,
): Watch {
  const selected = selectionOf(resource, options);
  const bookmark = (annotations?: Record<string, string>) => {
    const metadata = { resourceVersion: String(store.version), ...(annotations ? { annotations } : {}) };
    sink({ type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } });
  };
  const start = options.resourceVersion ?? '';
  if (!/^\d*$/.test(start)) throw new ApiError(500, '', malformed(start));
  checkInitialEvents(options);
  const fromPresent = start === '' || start === '0' || options.sendInitialEvents === true;
  if (fromPresent) {
    for (const object of store.list(resource, options.namespace).filter(selected))
      sink({ type: 'ADDED', object });
    if (options.sendInitialEvents === true) bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else {
    const missed = store.since(Number(start));
    if (missed === undefined) {
      sink({ type: 'ERROR', object: { ...expired(Number(start), store.oldestVersion).status } });
      return { bookmark: () => undefined, stop: () => undefined };
    }
    for (const change of missed) forward(change, resource, selected, sink);
  }
  const stop = store.subscribe((change) => forward(change, resource, selected, sink));
  return { stop, bookmark: () => (options.allowWatchBookmarks === true ? bookmark() : undefined) };
}

/** As the real server's validation of list options says it. */
function checkInitialEvents({
  sendInitialEvents,
  resourceVersionMatch,
  allowWatchBookmarks,
}: WatchOptions): void {
  if (sendInitialEvents !== true || resourceVersionMatch === undefined) return;
  const problems = [
    ...(resourceVersionMatch === 'NotOlderThan'
      ? []
      : ['sendInitialEvents requires setting resourceVersionMatch to NotOlderThan']),
    ...(allowWatchBookmarks === true
      ? []
      : ['sendInitialEvents requires setting allowWatchBookmarks to true']),
  ];
  if (problems.length === 0) return;
  throw invalidOptions(
    'ListOptions',
    problems.map((problem) => forbiddenValue('resourceVersionMatch', problem)),
  );
}

/** A change as a watcher with a selector sees it: an object that enters the selection is ADDED, one that leaves DELETED. */
function forward(
  change: Change,
  resource: Resource,
  selected: ObjectPredicate,
  sink: (event: WatchEvent) => void,
): void {
  if (change.resource.id !== resource.id) return;
  const { object, previous, type } = change;
  const was = previous !== undefined && selected(previous);
  const is = type !== 'DELETED' && selected(object);
  if (was && is) sink({ type: 'MODIFIED', object });
  else if (is) sink({ type: 'ADDED', object });
  else if (was) sink({ type: 'DELETED', object: lastSeen(object, previous) });
}

/** What left the selection, as it was seen last, with the version at which it left. */
function lastSeen(object: KubernetesObject, previous: KubernetesObject): KubernetesObject {
  const { resourceVersion } = object.metadata;
  return { ...previous, metadata: { ...previous.metadata, resourceVersion } };
}
