import {
  AGENTS,
  annotated,
  apply,
  type Call,
  COREDNS,
  firstOf,
  KUBE_SYSTEM,
  merge,
  ours,
  pools,
  shoots,
  strategic,
} from './objects.ts';

/** Calls of the other groups; the order matters here, too. At the end a Node goes, and much with it. */
export const OTHER_CALLS: readonly (readonly [name: string, call: Call])[] = [
  ['readNamespacedDaemonSet', ({ apps }) => apps.readNamespacedDaemonSet(AGENTS)],
  [
    'patchNamespacedDaemonSet',
    ({ apps }) =>
      apps.patchNamespacedDaemonSet(
        {
          ...AGENTS,
          body: {
            spec: {
              template: {
                spec: {
                  containers: [{ name: 'calico-node', env: [{ name: 'FELIX_IPV6SUPPORT', value: 'true' }] }],
                },
              },
            },
          },
        },
        strategic,
      ),
  ],
  [
    'patchNamespacedDaemonSet with a wrong type',
    ({ apps }) => apps.patchNamespacedDaemonSet({ ...AGENTS, body: { spec: { template: 'none' } } }, merge),
  ],
  [
    'deleteNamespacedDaemonSet',
    ({ apps }) => apps.deleteNamespacedDaemonSet({ ...KUBE_SYSTEM, name: 'node-local-dns' }),
  ],
  ['readNamespacedDeployment', ({ apps }) => apps.readNamespacedDeployment(COREDNS)],
  [
    'patchNamespacedDeployment',
    ({ apps }) =>
      apps.patchNamespacedDeployment({ ...COREDNS, body: { spec: { template: annotated } } }, strategic),
  ],
  ['readNamespacedDeployment with its owners', ({ apps }) => apps.readNamespacedDeployment(COREDNS)],
  [
    'listNamespacedReplicaSet',
    ({ apps }) => apps.listNamespacedReplicaSet({ ...KUBE_SYSTEM, labelSelector: 'k8s-app=kube-dns' }),
  ],
  [
    'createSelfSubjectAccessReview',
    ({ authorization }) =>
      authorization.createSelfSubjectAccessReview({
        body: { spec: { resourceAttributes: { verb: 'list', resource: 'nodes', group: '' } } },
      }),
  ],
  [
    'createSelfSubjectAccessReview about nothing',
    ({ authorization }) => authorization.createSelfSubjectAccessReview({ body: { spec: {} } }),
  ],
  [
    'listNamespacedEndpointSlice',
    ({ discovery }) =>
      discovery.listNamespacedEndpointSlice({
        ...KUBE_SYSTEM,
        labelSelector: 'kubernetes.io/service-name=kube-dns',
      }),
  ],
  [
    'listNamespacedEndpointSlice by what is no selector',
    ({ discovery }) => discovery.listNamespacedEndpointSlice({ ...KUBE_SYSTEM, labelSelector: 'a ! b' }),
  ],
  [
    'patchNamespacedNetworkPolicy (apply)',
    ({ networking }) =>
      networking.patchNamespacedNetworkPolicy(
        {
          ...KUBE_SYSTEM,
          name: 'probe',
          ...ours,
          body: {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] },
          },
        },
        apply,
      ),
  ],
  [
    'deleteNamespacedNetworkPolicy',
    ({ networking }) => networking.deleteNamespacedNetworkPolicy({ ...KUBE_SYSTEM, name: 'probe' }),
  ],
  [
    'listPodDisruptionBudgetForAllNamespaces',
    ({ policy }) => policy.listPodDisruptionBudgetForAllNamespaces(),
  ],
  [
    'patchPriorityClass (apply)',
    ({ scheduling }) =>
      scheduling.patchPriorityClass(
        {
          name: 'probe',
          ...ours,
          body: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', value: 1 },
        },
        apply,
      ),
  ],
  ['deletePriorityClass', ({ scheduling }) => scheduling.deletePriorityClass({ name: 'probe' })],
  ['getNamespacedCustomObject', ({ custom }) => custom.getNamespacedCustomObject({ ...shoots, name: 'api' })],
  [
    'getNamespacedCustomObject of a kind that is none',
    ({ custom }) => custom.getNamespacedCustomObject({ ...shoots, plural: 'seeds', name: 'api' }),
  ],
  [
    'patchNamespacedCustomObject',
    ({ custom }) => custom.patchNamespacedCustomObject({ ...shoots, name: 'api', body: annotated }, merge),
  ],
  [
    'createClusterCustomObject',
    ({ custom }) =>
      custom.createClusterCustomObject({
        ...pools,
        body: {
          apiVersion: 'crd.projectcalico.org/v1',
          kind: 'IPPool',
          metadata: { name: 'mine' },
          spec: { cidr: 'fd00::/64' },
        },
      }),
  ],
  [
    'createClusterCustomObject again',
    ({ custom }) => custom.createClusterCustomObject({ ...pools, body: { metadata: { name: 'mine' } } }),
  ],
  ['getClusterCustomObject', ({ custom }) => custom.getClusterCustomObject({ ...pools, name: 'mine' })],
  [
    'patchClusterCustomObject',
    ({ custom }) =>
      custom.patchClusterCustomObject(
        { ...pools, name: 'mine', body: { spec: { natOutgoing: false } } },
        merge,
      ),
  ],
  ['listClusterCustomObject', ({ custom }) => custom.listClusterCustomObject(pools)],
  [
    'deleteNode of another UID',
    async (clients) =>
      clients.core.deleteNode({
        ...(await firstOf(clients, 'Node')),
        body: { preconditions: { uid: 'another' } },
      }),
  ],
  ['deleteNode', async (clients) => clients.core.deleteNode(await firstOf(clients, 'Node'))],
];
