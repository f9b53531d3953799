import type { Pod } from '../kinds/pod.ts';
import { isFinished, isReady, isTerminating, podIps } from '../kinds/pod.ts';
import type { Service, ServicePort } from '../kinds/service.ts';
import { familyOf } from '../kinds/service.ts';
import type { Json, JsonObject } from '../object/json.ts';
import { compact, sameJson } from '../object/json.ts';
import type { KubernetesObject, Manifest } from '../object/object.ts';
import { controllerReference, keyOf } from '../object/object.ts';
import { endpoints, pods, services } from '../resources/core.ts';
import { endpointSlices } from '../resources/network.ts';
import type { Resource } from '../resources/resource.ts';
import { matchesSelector } from '../store/selectors.ts';
import type { Controller, Queue, Surroundings } from './controller.ts';
import { changed, keyOfPath, pathOf } from './controller.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** Keeps each Service's Endpoints (its first family) and EndpointSlices (one for each family it has). */
export function endpointsController(surroundings: Surroundings, queue: Queue): Controller {
  const { store } = surroundings;
  return {
    name: 'endpoints',
    observe(change) {
      const service = changed(change, services);
      if (service !== undefined) queue.add(pathOf(service.object));
      const pod = changed(change, pods);
      if (pod === undefined) return;
      for (const candidate of store.each(services, pod.object.metadata.namespace)) {
        if (
          selects(candidate, pod.object) ||
          (pod.previous !== undefined && selects(candidate, pod.previous))
        ) {
          queue.add(pathOf(candidate));
        }
      }
    },
    reconcile(path) {
      const service = store.get(services, keyOfPath(path));
      if (service === undefined || service.spec.selector === undefined) return;
      const backends = [...store.each(pods, service.metadata.namespace)]
        .filter((pod) => selects(service, pod) && !isFinished(pod) && podIps(pod).length > 0)
        .sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
      ensure(surroundings, endpoints, service, endpointsOf(service, backends));
      const families = service.spec.ipFamilies ?? [];
      for (const family of families)
        ensure(surroundings, endpointSlices, service, sliceOf(service, family, backends));
      for (const slice of store.list(endpointSlices, service.metadata.namespace)) {
        const own = slice.metadata.labels?.[SERVICE_NAME] === service.metadata.name;
        if (own && !families.includes(slice.addressType))
          surroundings.api.delete(endpointSlices, keyOf(slice));
      }
    },
  };
}

function selects({ spec }: Service, pod: Pod): boolean {
  return spec.selector !== undefined && matchesSelector({ matchLabels: spec.selector }, pod.metadata.labels);
}

function ensure<T extends KubernetesObject>(
  { api, store }: Surroundings,
  resource: Resource<T>,
  service: Service,
  wanted: Manifest,
): void {
  const namespace = service.metadata.namespace ?? '';
  const key = { namespace, name: wanted.metadata.name ?? '' };
  const present = store.get(resource, key);
  if (present === undefined) api.create(resource, namespace, wanted, { typed: true });
  else if (!says(present, wanted))
    api.update(
      resource,
      key,
      { ...wanted, metadata: { ...present.metadata, ...wanted.metadata } },
      { typed: true },
    );
}

/** Whether an object says what is wanted of it already. */
function says(present: KubernetesObject, wanted: Manifest): boolean {
  const { metadata, ...content } = compact(wanted);
  return (
    Object.entries(content).every(([field, value]) => sameJson(value, present[field])) &&
    Object.entries(metadata).every(([field, value]) => sameJson(value, present.metadata[field])) &&
    (content.subsets !== undefined || present.subsets === undefined)
  );
}

function endpointsOf(service: Service, backends: readonly Pod[]): Manifest {
  const family = service.spec.ipFamilies?.[0] ?? 'IPv4';
  const address = (pod: Pod) => ({ ip: addressOf(pod, family) ?? '', ...targetOf(pod) });
  const reachable = backends.filter((pod) => addressOf(pod, family) !== undefined && !isTerminating(pod));
  const ready = reachable.filter(isReady).map(address);
  const notReady = reachable.filter((pod) => !isReady(pod)).map(address);
  const subset = compact({
    addresses: ready.length > 0 ? ready : undefined,
    notReadyAddresses: notReady.length > 0 ? notReady : undefined,
    ports: portsOf(service, backends),
  });
  return {
    metadata: { name: service.metadata.name, labels: { ...service.metadata.labels } },
    ...(reachable.length > 0 ? { subsets: [subset] } : {}),
  };
}

function sliceOf(service: Service, family: string, backends: readonly Pod[]): Manifest {
  const { name, labels } = service.metadata;
  return {
    metadata: {
      name: `${name}-${family.toLowerCase()}`,
      labels: {
        ...labels,
        [SERVICE_NAME]: name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: family,
    endpoints: backends.flatMap((pod) => {
      const address = addressOf(pod, family);
      if (address === undefined) return [];
      const serving = isReady(pod);
      const terminating = isTerminating(pod);
      const conditions = { ready: serving && !terminating, serving, terminating };
      return [{ addresses: [address], conditions, ...targetOf(pod) }];
    }),
    ports: portsOf(service, backends),
  };
}

function addressOf(pod: Pod, family: string): string | undefined {
  return podIps(pod).find((ip) => familyOf(ip) === family);
}

function targetOf(pod: Pod): { nodeName: string; targetRef: JsonObject } {
  const { name, namespace, uid } = pod.metadata;
  return { nodeName: pod.spec.nodeName ?? '', targetRef: { kind: 'Pod', name, namespace, uid } };
}

function portsOf(service: Service, backends: readonly Pod[]): Json[] {
  return (service.spec.ports ?? []).map((port) =>
    compact({ name: port.name ?? '', port: targetPort(port, backends[0]), protocol: port.protocol ?? 'TCP' }),
  );
}

/** A named target port is looked up on the Pod; without one to ask, the Service's own port stands in. */
function targetPort(port: ServicePort, pod: Pod | undefined): number {
  if (typeof port.targetPort === 'number') return port.targetPort;
  const ports = pod?.spec.containers.flatMap((container) => container.ports ?? []) ?? [];
  return ports.find((entry) => entry.name === port.targetPort)?.containerPort ?? port.port;
}
