import type { ApiServer } from '../api-server.ts';
import { NAME, NAMESPACE, type ProbeManifests } from './manifests.ts';

const OBJECT = `${NAMESPACE}/${NAME}`;
/** Ours alone: what somebody else changed in a field of ours is changed back. */
const OWNER = { fieldManager: 'shoot-dualstack', force: true };

/** Creates what is not there and repairs what differs; the DaemonSet last, because its pods need the others. */
export async function applyProbe(api: ApiServer, manifests: ProbeManifests): Promise<void> {
  const cluster = { name: NAME, ...OWNER };
  const named = { ...cluster, namespace: NAMESPACE };
  await api.apply(`PriorityClass ${NAME}`, (options) =>
    api.scheduling.patchPriorityClass({ ...cluster, body: manifests.priorityClass }, options),
  );
  await api.apply(`NetworkPolicy ${OBJECT}`, (options) =>
    api.networking.patchNamespacedNetworkPolicy({ ...named, body: manifests.networkPolicy }, options),
  );
  await api.apply(`ConfigMap ${OBJECT}`, (options) =>
    api.core.patchNamespacedConfigMap({ ...named, body: manifests.configMap }, options),
  );
  await api.apply(`DaemonSet ${OBJECT}`, (options) =>
    api.apps.patchNamespacedDaemonSet({ ...named, body: manifests.daemonSet }, options),
  );
}

/** Deletes everything of the probe; the DaemonSet first, so that no pod is left without what it needs. */
export async function removeProbe(api: ApiServer): Promise<void> {
  const named = { name: NAME, namespace: NAMESPACE };
  await api.delete(`DaemonSet ${OBJECT}`, (options) => api.apps.deleteNamespacedDaemonSet(named, options));
  await api.delete(`ConfigMap ${OBJECT}`, (options) => api.core.deleteNamespacedConfigMap(named, options));
  await api.delete(`NetworkPolicy ${OBJECT}`, (options) =>
    api.networking.deleteNamespacedNetworkPolicy(named, options),
  );
  await api.delete(`PriorityClass ${NAME}`, (options) =>
    api.scheduling.deletePriorityClass({ name: NAME }, options),
  );
}
