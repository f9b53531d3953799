import type { JsonObject } from '../../infra/local/cluster/index.ts';

/** Kubernetes objects as an owner writes them, with only what a case is about spelled out. */

export const PODS_IPV6 = '2600:1900:4000:abcd';

interface NodeParts {
  readonly podCidrs?: readonly string[];
  readonly addresses?: readonly string[];
}

/** A node on Compute Engine; its IPv6 addresses are the Internet's unless others are given. */
export function node(name: string, index: number, parts: NodeParts = {}): JsonObject {
  const {
    podCidrs = [`100.96.${index}.0/24`, `${PODS_IPV6}:${index}::/112`],
    addresses = [`10.250.0.${index}`, `${PODS_IPV6}:${index}::`],
  } = parts;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    spec: {
      podCIDR: podCidrs[0] ?? '',
      podCIDRs: [...podCidrs],
      providerID: `gce://project/europe-west1-b/${name}`,
    },
    status: {
      addresses: addresses.map((address) => ({ type: 'InternalIP', address })),
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    },
  };
}

export function namespace(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

interface PodParts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly ips: readonly string[];
  readonly spec?: JsonObject;
  readonly container?: JsonObject;
  readonly metadata?: JsonObject;
}

/** A running pod. */
export function pod(namespaceName: string, name: string, parts: PodParts): JsonObject {
  const container = { name: 'main', image: 'registry.example.org/main:1', ...parts.container };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: namespaceName, name, labels: { ...parts.labels }, ...parts.metadata },
    spec: { nodeName: parts.node ?? 'node-1', containers: [container], ...parts.spec },
    status: {
      phase: 'Running',
      podIP: parts.ips[0] ?? '',
      podIPs: parts.ips.map((ip) => ({ ip })),
      conditions: [{ type: 'Ready', status: 'True' }],
      startTime: '2026-11-21T12:00:00Z',
    },
  };
}

const PORTS = [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }];

/** A Service for pods with the label `app: NAME`. */
export function service(
  namespaceName: string,
  name: string,
  spec: JsonObject,
  metadata: JsonObject = {},
): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: namespaceName, name, ...metadata },
    spec: { type: 'ClusterIP', ports: PORTS, selector: { app: name }, ...spec },
  };
}

/** A Service whose endpoints somebody writes. */
export function selectorless(namespaceName: string, name: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: namespaceName, name },
    spec: { type: 'ClusterIP', ports: PORTS, ...spec },
  };
}

export const IPV4 = { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] };
export const IPV4_FIRST = { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] };
export const IPV6_FIRST = { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] };

/** As the endpoint controller writes it for a Service with a selector. */
export function madeSlice(
  namespaceName: string,
  of: string,
  addressType: 'IPv4' | 'IPv6',
  addresses: readonly string[],
): JsonObject {
  return slice(namespaceName, of, addressType, addresses, 'endpointslice-controller.k8s.io');
}

/** As an owner writes it for a Service without one. */
export function slice(
  namespaceName: string,
  of: string,
  addressType: 'IPv4' | 'IPv6',
  addresses: readonly string[],
  managedBy = 'somebody.example.org',
): JsonObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace: namespaceName,
      name: `${of}-${addressType.toLowerCase()}`,
      labels: { 'kubernetes.io/service-name': of, [MANAGED_BY]: managedBy },
    },
    addressType,
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';

export function policy(namespaceName: string, name: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: namespaceName, name },
    spec: { podSelector: {}, ...spec },
  };
}

export function ipBlock(cidr: string, ...except: string[]): JsonObject {
  return { ipBlock: { cidr, ...(except.length > 0 && { except }) } };
}
