import { lastSegment } from '../../gce/core/links.ts';
import type { Instance, Route } from '../../gce/index.ts';
import type { InProcessWorld } from '../../in-process/index.ts';
import { at, listAt } from '../laws/stored.ts';
import { counted } from './canonical.ts';
import type { Names } from './names.ts';

export function cloudState({ compute }: Pick<InProcessWorld, 'compute'>, names: Names): object {
  const { routes, subnetworks, instances, firewalls } = compute.resources;
  return {
    routes: counted(routes.values().map((route) => routeState(route, names))),
    subnets: Object.fromEntries(
      subnetworks.values().map((subnet) => [
        subnet.name,
        {
          range: subnet.ipCidrRange,
          stackType: subnet.stackType,
          ipv6Access: subnet.ipv6AccessType,
          overlap: subnet.allowSubnetCidrRoutesOverlap === true,
          secondary: (subnet.secondaryIpRanges ?? [])
            .map(({ rangeName, ipCidrRange }) => `${rangeName} ${ipCidrRange}`)
            .sort(),
        },
      ]),
    ),
    instances: counted(instances.values().map((instance) => instanceState(instance, names))),
    firewalls: Object.fromEntries(
      firewalls.values().map((rule) => [
        rule.name,
        {
          sources: listAt(rule, 'sourceRanges')
            .map((range) => names.text(String(range)))
            .sort(),
          allowed: at(rule, 'allowed'),
          disabled: rule.disabled,
        },
      ]),
    ),
  };
}

function routeState(
  { name, destRange, description, priority, nextHopInstance }: Route,
  names: Names,
): object {
  if (description !== 'k8s-node-route' || nextHopInstance === undefined) {
    return { name: name.replace(/^default-route-r?[0-9a-f]{16}$/, 'default-route'), destRange, priority };
  }
  const node = lastSegment(nextHopInstance);
  return { to: names.node(node), range: names.range(node, destRange), priority };
}

function instanceState({ name, status, networkInterfaces }: Instance, names: Names): object {
  return {
    name: names.node(name),
    status,
    nics: networkInterfaces.map(({ stackType, aliasIpRanges = [] }) => ({
      stackType,
      aliases: aliasIpRanges.map(
        ({ ipCidrRange, subnetworkRangeName = 'primary' }) =>
          `${subnetworkRangeName} ${names.range(name, ipCidrRange)}`,
      ),
    })),
  };
}
