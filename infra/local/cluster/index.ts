export type { Random } from '../random.ts';
export { seededRandom } from '../random.ts';
export type { ClusterClient, Named } from './access/client.ts';
export type { Access, ApiRequest, Fault } from './access/gate.ts';
export { ConnectionLost } from './access/gate.ts';
export type { ListResult } from './api/list.ts';
export type {
  DeleteOptions,
  ListOptions,
  Patch,
  PatchOptions,
  WatchEvent,
  WatchOptions,
} from './api/requests.ts';
export type { Cluster, ClusterOptions } from './cluster.ts';
export { createCluster } from './cluster.ts';
export type { Delays, Span } from './delays.ts';
export { REALISTIC_DELAYS } from './delays.ts';
export { directClients } from './direct/clients.ts';
export { callOf, type DirectCall } from './direct/direct-call.ts';
export type { InProcessConnection } from './http/in-process.ts';
export { inProcessConnection } from './http/in-process.ts';
export type { PodAnswer, PodProxy, PodRequest } from './http/pod-proxy.ts';
export type { Node } from './kinds/node.ts';
export type { ConfigMap, Shoot } from './kinds/other.ts';
export type { Pod } from './kinds/pod.ts';
export type { Service } from './kinds/service.ts';
export type { DaemonSet, Deployment, PodDisruptionBudget, ReplicaSet } from './kinds/workloads.ts';
export type { Json, JsonObject } from './object/json.ts';
export type { KubernetesObject, Manifest } from './object/object.ts';
export * from './resources/core.ts';
export * from './resources/network.ts';
export type { Resource } from './resources/resource.ts';
export * from './resources/workloads.ts';
export { ApiError } from './rules/errors.ts';
export type { Faults, KubernetesSimulator, SimulatorOptions } from './simulator.ts';
export { startKubernetesSimulator } from './simulator.ts';
export type { Change, ChangeListener } from './store/store.ts';
