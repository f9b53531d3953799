import type { Node } from '../../kinds/node.ts';
import { internalIps, isNodeReady } from '../../kinds/node.ts';
import type { ConfigMap, EndpointSlice, Endpoints, Namespace, Secret } from '../../kinds/other.ts';
import type { Pod } from '../../kinds/pod.ts';
import { podIps } from '../../kinds/pod.ts';
import type { Service } from '../../kinds/service.ts';
import { objectAt, stringAt } from '../../object/json.ts';
import type { KubernetesObject } from '../../object/object.ts';
import type { Column } from '../resource.ts';
import { ageColumn, column, duration, labelsText, nameColumn, orNone, wide } from './common.ts';

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  column('Ready', (pod) => {
    const ready = pod.status?.containerStatuses?.filter((container) => container.ready === true) ?? [];
    return `${ready.length}/${pod.spec.containers.length}`;
  }),
  column('Status', (pod) => {
    if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
    const waiting = pod.status?.phase === 'Pending' && pod.spec.nodeName !== undefined;
    return waiting ? 'ContainerCreating' : (pod.status?.phase ?? 'Unknown');
  }),
  column('Restarts', (pod) =>
    String((pod.status?.containerStatuses ?? []).reduce((sum, entry) => sum + (entry.restartCount ?? 0), 0)),
  ),
  ageColumn,
  wide('IP', (pod) => podIps(pod)[0]),
  wide('Node', (pod) => pod.spec.nodeName),
  wide('Nominated Node', () => undefined),
  wide('Readiness Gates', () => undefined),
];

export const nodeColumns: readonly Column<Node>[] = [
  nameColumn,
  column('Status', (node) => {
    const status = isNodeReady(node) ? 'Ready' : 'NotReady';
    return node.spec?.unschedulable === true ? `${status},SchedulingDisabled` : status;
  }),
  column('Roles', (node) =>
    orNone(
      Object.keys(node.metadata.labels ?? {})
        .filter((label) => label.startsWith('node-role.kubernetes.io/'))
        .map((label) => label.slice('node-role.kubernetes.io/'.length)),
    ),
  ),
  ageColumn,
  column('Version', (node) => stringAt(node.status, 'nodeInfo', 'kubeletVersion')),
  wide('Internal-IP', (node) => internalIps(node)[0]),
  wide(
    'External-IP',
    (node) => (node.status?.addresses ?? []).find((entry) => entry.type === 'ExternalIP')?.address,
  ),
  wide('OS-Image', (node) => stringAt(node.status, 'nodeInfo', 'osImage') ?? '<unknown>'),
  wide('Kernel-Version', (node) => stringAt(node.status, 'nodeInfo', 'kernelVersion') ?? '<unknown>'),
  wide(
    'Container-Runtime',
    (node) => stringAt(node.status, 'nodeInfo', 'containerRuntimeVersion') ?? '<unknown>',
  ),
];

export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  column('Type', (service) => service.spec.type),
  column('Cluster-IP', (service) => service.spec.clusterIP),
  column('External-IP', (service) => service.spec.externalName),
  column('Port(s)', (service) =>
    orNone(
      service.spec.ports?.map((port) => {
        const node = port.nodePort === undefined ? '' : `:${port.nodePort}`;
        return `${port.port}${node}/${port.protocol ?? 'TCP'}`;
      }),
    ),
  ),
  ageColumn,
  wide('Selector', (service) => labelsText(service.spec.selector)),
];

export const namespaceColumns: readonly Column<Namespace>[] = [
  nameColumn,
  column('Status', (namespace) => namespace.status?.phase),
  ageColumn,
];

export const configMapColumns: readonly Column<ConfigMap>[] = [
  nameColumn,
  column('Data', (map) => Object.keys({ ...map.data, ...map.binaryData }).length, 'integer'),
  ageColumn,
];

export const secretColumns: readonly Column<Secret>[] = [
  nameColumn,
  column('Type', (secret) => secret.type),
  column('Data', (secret) => Object.keys(secret.data ?? {}).length, 'integer'),
  ageColumn,
];

export const endpointsColumns: readonly Column<Endpoints>[] = [
  nameColumn,
  column('Endpoints', (endpoints) =>
    orNone(endpoints.subsets?.flatMap((subset) => subset.addresses?.map((address) => address.ip) ?? [])),
  ),
  ageColumn,
];

export const endpointSliceColumns: readonly Column<EndpointSlice>[] = [
  nameColumn,
  column('AddressType', (slice) => slice.addressType),
  column('Endpoints', (slice) => orNone(slice.endpoints?.flatMap((endpoint) => endpoint.addresses))),
  ageColumn,
];

export const eventColumns: readonly Column[] = [
  column('Last Seen', (event: KubernetesObject, now) => {
    const seen = stringAt(event, 'lastTimestamp') ?? event.metadata.creationTimestamp;
    return duration(now - Date.parse(seen));
  }),
  column('Type', (event) => stringAt(event, 'type')),
  column('Reason', (event) => stringAt(event, 'reason')),
  column('Object', (event) => {
    const about = objectAt(event, 'involvedObject');
    return `${String(about.kind ?? '').toLowerCase()}/${String(about.name ?? '')}`;
  }),
  column('Message', (event) => stringAt(event, 'message')),
];
