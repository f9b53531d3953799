import type { Subnet } from '../../compute/compute.ts';
import type { NetworkPluginName } from '../../migration/network-plugins.ts';
import { networkPluginNamed } from '../../migration/network-plugins.ts';
import type { Plan, Strategy } from '../../migration/plan.ts';
import type { Scene } from './checks/check.ts';

type Calls = Plan['calls'];

/**
 * Calls that change something, in the whole migration, by the API's method: those of Compute Engine first, then those of the
 * cluster and the garden by verb and resource. Repeats after a crash or a refusal come on top; what Gardener does on its own,
 * new machines above all, is not in here.
 */
export function callsOf(strategy: Strategy, scene: Scene): Calls {
  return [...computeCalls(strategy, scene), ...kubernetesCalls(scene)].filter(({ count }) => count > 0);
}

function computeCalls(strategy: Strategy, { facts, nodes, podRoutes, podRange }: Scene): Calls {
  const { nodesSubnet, internalSubnet, servicesSubnet, firewallRules } = facts;
  const overlapping = nodesSubnet?.routesOverlapAllowed === true;
  const allows = podRoutes.length > 0 && podRange === undefined && !overlapping;
  const flag = strategy === 'overlap' ? count(allows) + count(allows || overlapping) : 0;
  const ipv6 = [nodesSubnet, internalSubnet, servicesSubnet].filter(isSingleStack).length;
  // The rule for internal traffic is put when the services' range is known, and again with the nodes' one.
  const extended = count(nodesSubnet?.ipv6Range === undefined);
  return [
    { call: 'subnetworks.insert', count: count(servicesSubnet === undefined) },
    { call: 'subnetworks.patch', count: ipv6 + count(podRange === undefined) + flag },
    { call: 'firewalls.insert', count: IPV6_RULES - firewallRules.length },
    { call: 'firewalls.patch', count: extended },
    {
      call: 'instances.updateNetworkInterface',
      count: strategy === 'rollover' ? 0 : nodes.filter(({ aliased }) => !aliased).length,
    },
    { call: 'routes.delete', count: podRoutes.length },
  ];
}

/** For internal traffic and for health checks. */
const IPV6_RULES = 2;

/** What looks at the nodes is set up for `migrate-routes` and taken away again. */
const PROBE_OBJECTS = [
  'daemonsets.apps',
  'configmaps',
  'networkpolicies.networking.k8s.io',
  'priorityclasses.scheduling.k8s.io',
];

/** What makes each network plugin dual-stack: its configuration, and the rollout of its agents. */
const PLUGIN_CALLS: Readonly<Record<NetworkPluginName, Calls>> = {
  calico: [
    { call: 'create ippools.crd.projectcalico.org', count: 1 },
    { call: 'patch configmaps', count: 1 },
    { call: 'patch daemonsets.apps', count: 1 },
  ],
  cilium: [
    { call: 'patch configmaps', count: 1 },
    { call: 'patch daemonsets.apps', count: 1 },
  ],
};

function kubernetesCalls({ facts }: Scene): Calls {
  const plugin = networkPluginNamed(facts.target.networkType);
  const controller = facts.cloudControllerManager;
  const controllerStops = controller?.managesRoutes === true || controller?.allocatesFromAliases === false;
  return [
    ...PROBE_OBJECTS.flatMap((resource) => [
      { call: `apply ${resource}`, count: 1 },
      { call: `delete ${resource}`, count: 1 },
    ]),
    ...(plugin === undefined ? [] : PLUGIN_CALLS[plugin]),
    // The cloud-controller-manager, CoreDNS's one restart, and Cilium's operator.
    { call: 'patch deployments.apps', count: count(controllerStops) + 1 + count(plugin === 'cilium') },
    // kube-dns
    { call: 'patch services', count: 1 },
    // The rollout of the workers, and the reconciliation that makes the API server dual-stack.
    { call: 'patch shoots.core.gardener.cloud', count: 2 },
  ];
}

function isSingleStack(subnet: Subnet | undefined): boolean {
  return subnet !== undefined && subnet.stackType !== 'IPV4_IPV6';
}

function count(condition: boolean): number {
  return condition ? 1 : 0;
}
