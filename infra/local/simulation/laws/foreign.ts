import { lastSegment } from '../../gce/core/links.ts';
import type { Instance } from '../../gce/index.ts';
import { passingAlias } from '../faults/interference.ts';
import type { ComputeRequest } from './requests.ts';
import type { LawWatcher } from './scene.ts';
import { listAt, textAt } from './stored.ts';

/** Of the product's own kind in the nodes subnet: out of it nodes get their pod CIDRs. */
const POD_RANGE = 'ipv4-pod-cidr';

type Alias = NonNullable<NonNullable<Instance['networkInterfaces'][0]>['aliasIpRanges']>[number];

/**
 * What may be asked for at all is told from the request alone; what lists leave out is judged once it is gone, because a list
 * that knows too little is refused for its fingerprint.
 */
export const foreignIsLeftAlone: LawWatcher = ({ world, theCase, resources, hand, broken }) => {
  const law = 'foreign resources are left alone';
  const { technicalId, network } = world.example;
  const ownSubnets = ['nodes', 'internal', 'services'].map((which) => `${technicalId}-${which}`);
  const ownRules = ['internal-access', 'health-checks'].map((what) => `${technicalId}-allow-${what}-ipv6`);
  const ownInstance = (name: string) => name.startsWith(`${technicalId}-`);
  const nodesSubnet = `${technicalId}-nodes`;
  /** Whoever gave it takes it off, perhaps between two lists of the product that do not know it. */
  const passing = theCase.faults.some(({ kind }) => kind === 'fingerprint changed')
    ? passingAlias(world.example)
    : undefined;
  /** Of nodes, and what VMs came with out of the range: their Nodes may get another one when the range is about to go. */
  const ownRanges = new Set(world.example.nodes.map(({ podCidr }) => podCidr));

  /** A resource is never changed in place, so the same object is an unchanged one. */
  const atFirst = [
    [resources.routes, ({ name }: { name: string }) => strangeRoute(name) !== undefined],
    [resources.subnetworks, ({ name }: { name: string }) => !ownSubnets.includes(name)],
    [resources.firewalls, ({ name }: { name: string }) => !ownRules.includes(name)],
    [resources.instances, ({ name }: { name: string }) => !ownInstance(name)],
  ] as const;
  const foreign = atFirst.flatMap(([shelf, isForeign]) =>
    [...shelf.entries()]
      .filter(([, resource]) => isForeign(resource))
      .map(([path, resource]) => ({ shelf, path, resource })),
  );

  /** Why the request is none of the product's business; undefined when it is. */
  function strange({ verb, collection, name, action, body }: ComputeRequest): string | undefined {
    const named = name ?? textAt(body, 'name');
    switch (collection) {
      case 'routes':
        return verb === 'DELETE' ? strangeRoute(named) : strangeNewRoute(body);
      case 'subnetworks':
        return ownSubnets.includes(named) ? undefined : `the subnet ${named}`;
      case 'firewalls':
        return ownRules.includes(named) ? undefined : `the firewall rule ${named}`;
      case 'instances':
        return action === 'updateNetworkInterface' && ownInstance(named)
          ? undefined
          : `the VM ${named} (${action})`;
      default:
        return `${collection} ${named}`;
    }
  }

  function strangeRoute(name: string): string | undefined {
    const route = resources.routes.values().find((each) => each.name === name);
    if (route === undefined) return undefined;
    const own =
      route.description === 'k8s-node-route' &&
      lastSegment(route.network) === network &&
      route.destRange !== world.example.podsCidr &&
      ownInstance(lastSegment(route.nextHopInstance ?? ''));
    return own ? undefined : `the route ${name} (${route.destRange}, "${route.description}")`;
  }

  function strangeNewRoute(body: unknown): string | undefined {
    const own =
      textAt(body, 'description') === 'k8s-node-route' &&
      ownInstance(lastSegment(textAt(body, 'nextHopInstance')));
    return own ? undefined : `a new route ${textAt(body, 'name')} to ${textAt(body, 'nextHopInstance')}`;
  }

  function rangeWent(subnet: string, name: string): void {
    if (!hand.tookRange(subnet, name) || (subnet === nodesSubnet && name === POD_RANGE)) return;
    broken(law, `the secondary range ${name} of ${subnet} was taken off`);
  }

  function aliasWent(instance: string, { ipCidrRange, subnetworkRangeName }: Alias): void {
    if (!hand.tookAlias(instance, ipCidrRange) || ipCidrRange === passing) return;
    if (subnetworkRangeName === POD_RANGE && ownRanges.has(ipCidrRange)) return;
    broken(law, `the alias ${ipCidrRange} was taken off ${instance}`);
  }

  function instanceCame({ networkInterfaces: [nic] }: Instance): void {
    for (const { ipCidrRange, subnetworkRangeName } of nic?.aliasIpRanges ?? []) {
      if (subnetworkRangeName === POD_RANGE) ownRanges.add(ipCidrRange);
    }
  }

  return {
    asked: (request) => {
      if (request.verb === 'GET') return undefined;
      const what = strange(request);
      if (what !== undefined) broken(law, `${request.verb} was asked for ${what}`);
      return undefined;
    },
    changed: (event) => {
      switch (event.type) {
        case 'range-removed':
          return rangeWent(event.subnetwork.name, event.range.rangeName);
        case 'alias-removed':
          return aliasWent(event.instance.name, event.alias);
        case 'instance-inserted':
          return instanceCame(event.instance);
        default:
          return;
      }
    },
    end: () => {
      for (const { shelf, path, resource } of foreign) {
        if (shelf.get(path) !== resource) broken(law, `${path} is not as it was`);
      }
    },
    clusterChanged: ({ resource, object }) => {
      // Nodes that join have pod CIDRs of their own.
      if (resource.kind !== 'Node') return;
      for (const podCidr of listAt(object, 'spec', 'podCIDRs')) ownRanges.add(String(podCidr));
    },
  };
};
