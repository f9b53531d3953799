/**
 * How the lists of the API types are merged, where they are not replaced whole: `x-kubernetes-list-type` and
 * `-list-map-keys` of the API server's OpenAPI 1.35, for the types that are reachable from the kinds served here.
 */
export const LISTS: Readonly<Record<string, 'set' | readonly string[]>> = {
  'ObjectMeta.finalizers': 'set',
  'ObjectMeta.ownerReferences': ['uid'],
  'PodSpec.containers': ['name'],
  'PodSpec.ephemeralContainers': ['name'],
  'PodSpec.hostAliases': ['ip'],
  'PodSpec.imagePullSecrets': ['name'],
  'PodSpec.initContainers': ['name'],
  'PodSpec.resourceClaims': ['name'],
  'PodSpec.schedulingGates': ['name'],
  'PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  'PodSpec.volumes': ['name'],
  'Container.env': ['name'],
  'Container.ports': ['containerPort', 'protocol'],
  'Container.volumeDevices': ['devicePath'],
  'Container.volumeMounts': ['mountPath'],
  'EphemeralContainer.env': ['name'],
  'EphemeralContainer.ports': ['containerPort', 'protocol'],
  'EphemeralContainer.volumeDevices': ['devicePath'],
  'EphemeralContainer.volumeMounts': ['mountPath'],
  'ResourceRequirements.claims': ['name'],
  'PodStatus.conditions': ['type'],
  'PodStatus.podIPs': ['ip'],
  'PodStatus.resourceClaimStatuses': ['name'],
  'ContainerStatus.allocatedResourcesStatus': ['name'],
  'ContainerStatus.volumeMounts': ['mountPath'],
  'NodeSpec.podCIDRs': 'set',
  'NodeStatus.addresses': ['type'],
  'NodeStatus.conditions': ['type'],
  'ServiceSpec.ports': ['port', 'protocol'],
  'ServiceStatus.conditions': ['type'],
  'NamespaceStatus.conditions': ['type'],
  'ServiceAccount.secrets': ['name'],
  'DeploymentStatus.conditions': ['type'],
  'DaemonSetStatus.conditions': ['type'],
  'ReplicaSetStatus.conditions': ['type'],
  'PodDisruptionBudgetStatus.conditions': ['type'],
  'Endpoint.addresses': 'set',
};

/** Structs that are written as one: `x-kubernetes-map-type: atomic`. */
export const ATOMIC_STRUCTS: ReadonlySet<string> = new Set([
  'OwnerReference',
  'NodeSelectorTerm',
  'NodeSelector',
  'LabelSelector',
  'ConfigMapKeySelector',
  'ObjectFieldSelector',
  'FileKeySelector',
  'ResourceFieldSelector',
  'SecretKeySelector',
  'LocalObjectReference',
  'TypedLocalObjectReference',
  'EndpointAddress',
  'ObjectReference',
  'EndpointPort',
]);

/** Maps of plain values that are written as one. */
export const ATOMIC_MAPS: ReadonlySet<string> = new Set(['PodSpec.nodeSelector', 'ServiceSpec.selector']);

/** Keys that may be left out, and what they are then. */
export const KEY_DEFAULTS: Readonly<Record<string, string>> = { protocol: 'TCP' };
