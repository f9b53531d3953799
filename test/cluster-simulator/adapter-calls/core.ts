import {
  annotated,
  apply,
  type Call,
  CNI,
  firstOf,
  KUBE_DNS,
  KUBE_SYSTEM,
  merge,
  ours,
  strategic,
} from './objects.ts';

/** Calls of the core group, in an order in which each finds what it is about. */
export const CORE_CALLS: readonly (readonly [name: string, call: Call])[] = [
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
];
