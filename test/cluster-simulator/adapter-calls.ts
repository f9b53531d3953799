import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { ApiClients } from '../../shared/kubernetes/client/index.ts';

export const SHOOT = {
  apiVersion: 'core.gardener.cloud/v1beta1',
  kind: 'Shoot',
  metadata: { namespace: 'garden-core', name: 'api' },
  status: { lastOperation: { state: 'Succeeded' } },
};
const shoots = {
  group: 'core.gardener.cloud',
  version: 'v1beta1',
  plural: 'shoots',
  namespace: 'garden-core',
};
const pools = { group: 'crd.projectcalico.org', version: 'v1', plural: 'ippools' };
const KUBE_SYSTEM = { namespace: 'kube-system' };
const AGENTS = { ...KUBE_SYSTEM, name: 'calico-node' };
const COREDNS = { ...KUBE_SYSTEM, name: 'coredns' };
export const KUBE_DNS = { ...KUBE_SYSTEM, name: 'kube-dns' };
const CNI = { ...KUBE_SYSTEM, name: 'calico-config' };

const by = (strategy: string) => setHeaderOptions('Content-Type', strategy);
export const merge = by(PatchStrategy.MergePatch);
const strategic = by(PatchStrategy.StrategicMergePatch);
const apply = by(PatchStrategy.ServerSideApply);
const ours = { fieldManager: 'shoot-dualstack', force: true };
export const annotated = { metadata: { annotations: { seen: 'yes' } } };

export type Call = (clients: ApiClients) => Promise<unknown>;

async function firstOf(
  clients: ApiClients,
  what: 'Pod' | 'Node',
): Promise<{ namespace: string; name: string }> {
  const { items } =
    what === 'Pod'
      ? await clients.core.listNamespacedPod({ namespace: 'shop' })
      : await clients.core.listNode();
  const { namespace = '', name = '' } = items[0]?.metadata ?? {};
  return { namespace, name };
}

/** Every call that the adapters make, in an order in which each finds what it is about. */
export const CALLS: readonly (readonly [name: string, call: Call])[] = [
  ['listNode', ({ core }) => core.listNode()],
  ['listNode by page', ({ core }) => core.listNode({ limit: 2 })],
  [
    'a later page',
    async ({ core }) =>
      core.listNode({ limit: 2, _continue: (await core.listNode({ limit: 2 })).metadata?._continue ?? '' }),
  ],
  ['a page of a token that is none', ({ core }) => core.listNode({ limit: 2, _continue: 'no token' })],
  ['readNode', async ({ core, ...rest }) => core.readNode(await firstOf({ core, ...rest }, 'Node'))],
  ['readNode of none', ({ core }) => core.readNode({ name: 'nobody' })],
  [
    'patchNode',
    async (clients) =>
      clients.core.patchNode(
        { ...(await firstOf(clients, 'Node')), body: { spec: { unschedulable: true } } },
        strategic,
      ),
  ],
  [
    'patchNode from another version',
    async (clients) =>
      clients.core.patchNode(
        { ...(await firstOf(clients, 'Node')), body: { metadata: { resourceVersion: '1' } } },
        merge,
      ),
  ],
  [
    'patchNode without saying how',
    async (clients) => clients.core.patchNode({ ...(await firstOf(clients, 'Node')), body: annotated }),
  ],
  [
    'listPodForAllNamespaces',
    async (clients) =>
      clients.core.listPodForAllNamespaces({
        fieldSelector: `spec.nodeName=${(await firstOf(clients, 'Node')).name}`,
      }),
  ],
  [
    'listPodForAllNamespaces by a field that cannot be selected by',
    ({ core }) => core.listPodForAllNamespaces({ fieldSelector: 'spec.color=red' }),
  ],
  [
    'listNamespacedPod',
    ({ core }) => core.listNamespacedPod({ ...KUBE_SYSTEM, labelSelector: 'k8s-app=kube-dns' }),
  ],
  [
    'createNamespacedPodEviction',
    async (clients) =>
      clients.core.createNamespacedPodEviction({
        ...(await firstOf(clients, 'Pod')),
        body: { metadata: await firstOf(clients, 'Pod') },
      }),
  ],
  [
    'createNamespacedPodEviction beyond the budget',
    async (clients) =>
      clients.core.createNamespacedPodEviction({
        ...(await firstOf(clients, 'Pod')),
        body: { metadata: await firstOf(clients, 'Pod') },
      }),
  ],
  [
    'connectPostNamespacedPodProxyWithPath',
    async (clients) =>
      clients.core.connectPostNamespacedPodProxyWithPath({
        ...(await firstOf(clients, 'Pod')),
        path: 'reach',
      }),
  ],
  ['readNamespacedService', ({ core }) => core.readNamespacedService(KUBE_DNS)],
  [
    'patchNamespacedService',
    ({ core }) => core.patchNamespacedService({ ...KUBE_DNS, body: annotated }, merge),
  ],
  [
    'patchNamespacedService against the rules',
    ({ core }) =>
      core.patchNamespacedService(
        { ...KUBE_DNS, body: { spec: { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' } } },
        merge,
      ),
  ],
  [
    'createNamespacedService (dry run)',
    ({ core }) =>
      core.createNamespacedService({
        ...KUBE_SYSTEM,
        dryRun: 'All',
        body: { metadata: { generateName: 'probe-' }, spec: { ports: [{ port: 80 }] } },
      }),
  ],
  [
    'createNamespacedService of two families',
    ({ core }) =>
      core.createNamespacedService({
        ...KUBE_SYSTEM,
        dryRun: 'All',
        body: {
          metadata: { name: 'two' },
          spec: { ipFamilyPolicy: 'RequireDualStack', ports: [{ port: 80 }] },
        },
      }),
  ],
  ['readNamespacedConfigMap', ({ core }) => core.readNamespacedConfigMap(CNI)],
  [
    'patchNamespacedConfigMap',
    ({ core }) => core.patchNamespacedConfigMap({ ...CNI, body: { data: { veth_mtu: '1400' } } }, merge),
  ],
  [
    'patchNamespacedConfigMap (apply)',
    ({ core }) =>
      core.patchNamespacedConfigMap(
        {
          ...KUBE_SYSTEM,
          name: 'probe',
          ...ours,
          body: { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } },
        },
        apply,
      ),
  ],
  [
    'deleteNamespacedConfigMap',
    ({ core }) => core.deleteNamespacedConfigMap({ ...KUBE_SYSTEM, name: 'probe' }),
  ],
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
