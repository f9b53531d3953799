import {
  type ApiConstructor,
  type ApiType,
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
  type KubeConfig,
  NetworkingV1Api,
  PolicyV1Api,
  SchedulingV1Api,
} from '@kubernetes/client-node';
import type { Transport } from './transport.ts';
import { configurationOver } from './transport.ts';

/** What the adapters call of the generated clients. */
export interface ApiClients {
  readonly core: Pick<
    CoreV1Api,
    | 'connectPostNamespacedPodProxyWithPath'
    | 'createNamespacedPodEviction'
    | 'createNamespacedService'
    | 'deleteNamespacedConfigMap'
    | 'deleteNode'
    | 'listNamespacedPod'
    | 'listNode'
    | 'listPodForAllNamespaces'
    | 'patchNamespacedConfigMap'
    | 'patchNamespacedService'
    | 'patchNode'
    | 'readNamespacedConfigMap'
    | 'readNamespacedService'
    | 'readNode'
  >;
  readonly apps: Pick<
    AppsV1Api,
    | 'deleteNamespacedDaemonSet'
    | 'listNamespacedReplicaSet'
    | 'patchNamespacedDaemonSet'
    | 'patchNamespacedDeployment'
    | 'readNamespacedDaemonSet'
    | 'readNamespacedDeployment'
  >;
  readonly authorization: Pick<AuthorizationV1Api, 'createSelfSubjectAccessReview'>;
  readonly discovery: Pick<DiscoveryV1Api, 'listNamespacedEndpointSlice'>;
  readonly networking: Pick<
    NetworkingV1Api,
    'deleteNamespacedNetworkPolicy' | 'patchNamespacedNetworkPolicy'
  >;
  readonly policy: Pick<PolicyV1Api, 'listPodDisruptionBudgetForAllNamespaces'>;
  readonly scheduling: Pick<SchedulingV1Api, 'deletePriorityClass' | 'patchPriorityClass'>;
  readonly custom: Pick<
    CustomObjectsApi,
    | 'createClusterCustomObject'
    | 'getClusterCustomObject'
    | 'getNamespacedCustomObject'
    | 'listClusterCustomObject'
    | 'patchClusterCustomObject'
    | 'patchNamespacedCustomObject'
  >;
}

/** The clients for the kubeconfig's server: with its credentials, or, over a transport, with its address alone. */
export function apiClients(kubeconfig: KubeConfig, transport?: Transport): ApiClients {
  const overTransport = transport && configurationOver(transport, kubeconfig);
  const client = <Api extends ApiType>(api: ApiConstructor<Api>): Api =>
    overTransport === undefined ? kubeconfig.makeApiClient(api) : new api(overTransport);
  return {
    core: client(CoreV1Api),
    apps: client(AppsV1Api),
    authorization: client(AuthorizationV1Api),
    discovery: client(DiscoveryV1Api),
    networking: client(NetworkingV1Api),
    policy: client(PolicyV1Api),
    scheduling: client(SchedulingV1Api),
    custom: client(CustomObjectsApi),
  };
}
