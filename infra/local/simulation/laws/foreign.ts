import { lastSegment } from '../../gce/core/links.ts';
import { passingAlias } from '../faults/interference.ts';
import type { ComputeRequest } from './requests.ts';
import type { LawWatcher } from './scene.ts';
import { listAt, textAt } from './stored.ts';

/** Of the product's own kind in the nodes subnet: out of it nodes get their pod CIDRs. */
const POD_RANGE = 'ipv4-pod-cidr';

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
  const podCidrs = new Set(world.example.nodes.map(({ podCidr }) => podCidr));

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

  return {
    asked: (request) => {
      if (request.verb === 'GET') return undefined;
      const what = strange(request);
      if (what !== undefined) broken(law, `${request.verb} was asked for ${what}`);
      return undefined;
    },
    changed: (event) => {
      if (event.type === 'range-removed' && hand.tookRange(event.subnetwork.name, event.range.rangeName)) {
        const { subnetwork, range } = event;
        if (subnetwork.name !== nodesSubnet || range.rangeName !== POD_RANGE) {
          broken(law, `the secondary range ${range.rangeName} of ${subnetwork.name} was taken off`);
        }
      }
      if (event.type === 'alias-removed' && hand.tookAlias(event.instance.name, event.alias.ipCidrRange)) {
        const { instance, alias } = event;
        if (alias.ipCidrRange === passing) return;
        if (alias.subnetworkRangeName !== POD_RANGE || !isPodCidr(alias.ipCidrRange)) {
          broken(law, `the alias ${alias.ipCidrRange} was taken off ${instance.name}`);
        }
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
      for (const podCidr of listAt(object, 'spec', 'podCIDRs')) podCidrs.add(String(podCidr));
    },
  };

  function isPodCidr(range: string): boolean {
    return podCidrs.has(range);
  }
};
