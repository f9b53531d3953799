/**
 * What the functions may do in clusters, as `infra/kubernetes/**.yaml` grants it: the same twice, so that missing rights are
 * found before anything is touched. A test holds the two together, in both directions.
 */

/** The roles that a shoot's cluster may have for the functions. */
export type ShootPart = 'base' | 'probe' | 'calico' | 'cilium' | 'drain';
/**
 * All roles; `control-plane` is for where the cloud-controller-manager runs, `managed-resource` beside it where that is a seed,
 * `garden` for where the Shoot is, `garden-access` beside it where the shoot's cluster is reached by the garden; `garden-watch` and
 * `garden-status` are asked of no single Shoot, and `garden-view` is for who only looks, so the preflight asks for none of them:
 * without them its migration runs all the same.
 */
export type RolePart =
  | ShootPart
  | 'control-plane'
  | 'managed-resource'
  | 'garden'
  | 'garden-access'
  | 'garden-watch'
  | 'garden-status'
  | 'garden-view';

/** Verbs on one resource, as a rule of a role gives them. */
export interface Right {
  /** `place`: in the namespace of the object that the role is for, which only the operator knows. */
  readonly scope: 'cluster' | 'kube-system' | 'place';
  /** Empty for the core group. */
  readonly group: string;
  /** With its subresource: `pods/proxy`. */
  readonly resource: string;
  /** Left out where the rule is for all objects. */
  readonly names?: readonly string[];
  readonly verbs: readonly string[];
}

const PROBE = { names: ['shoot-dualstack-probe'], verbs: ['create', 'patch', 'delete'] } as const;

export const RIGHTS: Readonly<Record<RolePart, readonly Right[]>> = {
  base: [
    { scope: 'cluster', group: '', resource: 'nodes', verbs: ['list'] },
    { scope: 'cluster', group: 'policy', resource: 'poddisruptionbudgets', verbs: ['list'] },
    { scope: 'kube-system', group: '', resource: 'pods', verbs: ['list'] },
    {
      scope: 'kube-system',
      group: 'apps',
      resource: 'deployments',
      names: ['coredns'],
      verbs: ['get', 'patch'],
    },
    { scope: 'kube-system', group: '', resource: 'services', names: ['kube-dns'], verbs: ['get', 'patch'] },
    { scope: 'kube-system', group: '', resource: 'services', verbs: ['create'] },
    { scope: 'kube-system', group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list'] },
    {
      scope: 'kube-system',
      group: 'apps',
      resource: 'daemonsets',
      names: ['calico-node', 'cilium', 'node-local-dns'],
      verbs: ['get'],
    },
  ],
  probe: [
    { scope: 'cluster', group: 'scheduling.k8s.io', resource: 'priorityclasses', ...PROBE },
    { scope: 'kube-system', group: '', resource: 'pods/proxy', verbs: ['create'] },
    { scope: 'kube-system', group: '', resource: 'configmaps', ...PROBE },
    { scope: 'kube-system', group: 'apps', resource: 'daemonsets', ...PROBE },
    { scope: 'kube-system', group: 'networking.k8s.io', resource: 'networkpolicies', ...PROBE },
  ],
  calico: [
    {
      scope: 'cluster',
      group: 'crd.projectcalico.org',
      resource: 'ippools',
      names: ['default-ipv6-ippool'],
      verbs: ['get', 'patch'],
    },
    { scope: 'cluster', group: 'crd.projectcalico.org', resource: 'ippools', verbs: ['list', 'create'] },
    {
      scope: 'kube-system',
      group: '',
      resource: 'configmaps',
      names: ['calico-config'],
      verbs: ['get', 'patch'],
    },
    { scope: 'kube-system', group: 'apps', resource: 'daemonsets', names: ['calico-node'], verbs: ['patch'] },
  ],
  cilium: [
    {
      scope: 'kube-system',
      group: '',
      resource: 'configmaps',
      names: ['cilium-config'],
      verbs: ['get', 'patch'],
    },
    { scope: 'kube-system', group: 'apps', resource: 'daemonsets', names: ['cilium'], verbs: ['patch'] },
    {
      scope: 'kube-system',
      group: 'apps',
      resource: 'deployments',
      names: ['cilium-operator'],
      verbs: ['get', 'patch'],
    },
  ],
  drain: [
    { scope: 'cluster', group: '', resource: 'nodes', verbs: ['get', 'patch', 'delete'] },
    { scope: 'cluster', group: '', resource: 'pods', verbs: ['list'] },
    { scope: 'cluster', group: '', resource: 'pods/eviction', verbs: ['create'] },
  ],
  'control-plane': [
    {
      scope: 'place',
      group: 'apps',
      resource: 'deployments',
      names: ['cloud-controller-manager'],
      verbs: ['get', 'patch'],
    },
    { scope: 'place', group: 'apps', resource: 'replicasets', verbs: ['list'] },
    { scope: 'place', group: '', resource: 'pods', verbs: ['list'] },
  ],
  'managed-resource': [
    {
      scope: 'place',
      group: 'resources.gardener.cloud',
      resource: 'managedresources',
      names: ['extension-controlplane-seed'],
      verbs: ['get', 'patch'],
    },
  ],
  garden: [{ scope: 'place', group: 'core.gardener.cloud', resource: 'shoots', verbs: ['get', 'patch'] }],
  'garden-access': [
    { scope: 'place', group: 'core.gardener.cloud', resource: 'shoots/adminkubeconfig', verbs: ['create'] },
    { scope: 'place', group: 'core.gardener.cloud', resource: 'shoots/viewerkubeconfig', verbs: ['create'] },
  ],
  'garden-watch': [{ scope: 'place', group: 'core.gardener.cloud', resource: 'shoots', verbs: ['list'] }],
  'garden-status': [
    { scope: 'place', group: 'core.gardener.cloud', resource: 'shoots/status', verbs: ['patch'] },
  ],
  'garden-view': [
    { scope: 'place', group: 'core.gardener.cloud', resource: 'shoots/viewerkubeconfig', verbs: ['create'] },
  ],
};

/** The file that grants a part, from the repository's root on. */
export const ROLE_FILES: Readonly<Record<RolePart, string>> = {
  base: 'infra/kubernetes/shoot/base.yaml',
  probe: 'infra/kubernetes/shoot/probe.yaml',
  calico: 'infra/kubernetes/shoot/calico.yaml',
  cilium: 'infra/kubernetes/shoot/cilium.yaml',
  drain: 'infra/kubernetes/shoot/drain.yaml',
  'control-plane': 'infra/kubernetes/control-plane/role.yaml',
  'managed-resource': 'infra/kubernetes/control-plane/managed-resource.yaml',
  garden: 'infra/kubernetes/garden/role.yaml',
  'garden-access': 'infra/kubernetes/garden/shoot-access.yaml',
  'garden-watch': 'infra/kubernetes/garden/watch.yaml',
  'garden-status': 'infra/kubernetes/garden/status.yaml',
  'garden-view': 'infra/kubernetes/garden/view.yaml',
};
