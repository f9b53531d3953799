import type { Subnet } from '../../../compute/compute.ts';
import { internalSubnetName, nodesSubnetName, servicesSubnetName } from '../../infrastructure-names.ts';
import { block, type Check, pass, warn } from './check.ts';

export const networkExists: Check = ({ facts: { network, target } }) =>
  network !== undefined
    ? pass(`the network ${network.name} exists`)
    : block(
        'NetworkMissing',
        `The network ${target.network} does not exist in ${target.project}.`,
        'Check project and infrastructureConfig.networks.vpc of the shoot.',
      );

export const networkIsCustomMode: Check = ({ facts: { network } }) => {
  if (network === undefined) return undefined;
  if (!network.autoMode) return pass('the network is in custom mode');
  return block(
    'NetworkInAutoMode',
    `The network ${network.name} is in auto mode, in which subnets cannot have IPv6.`,
    'Switch it to custom mode (gcloud compute networks update --switch-to-custom-subnet-mode); there is no way back.',
  );
};

export const networkIsNotLegacy: Check = ({ facts: { network } }) => {
  if (network === undefined) return undefined;
  if (!network.legacy) return pass('the network has subnets');
  return block(
    'NetworkIsLegacy',
    `The network ${network.name} is a legacy one: it has neither subnets nor alias IP ranges.`,
    'The shoot has to move to a VPC network; a legacy one cannot be converted with its VMs.',
  );
};

export const tierIsPremium: Check = ({ facts: { project, target } }) => {
  if (project.defaultNetworkTier !== 'STANDARD') {
    return pass(`the default network tier is ${project.defaultNetworkTier ?? 'not stated, hence PREMIUM'}`);
  }
  return block(
    'NetworkTierStandard',
    `The default network tier of ${target.project} is STANDARD; external IPv6 exists in PREMIUM only.`,
    'Set it to PREMIUM (gcloud compute project-info update --default-network-tier=PREMIUM).',
  );
};

export const nodesSubnetExists: Check = ({ facts: { nodesSubnet, target } }) => {
  const name = nodesSubnetName(target);
  if (nodesSubnet?.network === target.network)
    return pass(`the nodes subnet is ${name}, ${nodesSubnet.range}`);
  return block(
    'NodesSubnetMissing',
    nodesSubnet === undefined
      ? `The subnet ${name} does not exist in ${target.region}.`
      : `The subnet ${name} is in the network ${nodesSubnet.network}, expected ${target.network}.`,
    'Check region, network and technical ID of the shoot; nodes in a subnet of another name are not supported.',
  );
};

export const servicesSubnetIsOurs: Check = ({ facts: { servicesSubnet, target } }) => {
  const name = servicesSubnetName(target);
  if (servicesSubnet === undefined) return pass(`${name} does not exist yet and is going to be created`);
  const { network, range } = servicesSubnet;
  if (network === target.network && range === target.services) return pass(`${name} exists`);
  return block(
    'SubnetInTheWay',
    `The subnet ${name} has the range ${range} in ${network}, expected ${target.services} in ${target.network}.`,
    `Rename or remove it; it is not the one that belongs beside ${internalSubnetName(target)}.`,
  );
};

/** Whether the flag may be set on a dual-stack subnet is documented nowhere (make-before-break.md §2.8, P10). */
export const nodesSubnetIsIpv4Only: Check = ({ facts: { nodesSubnet, target }, podRoutes }) => {
  if (nodesSubnet === undefined) return undefined;
  const { stackType } = nodesSubnet;
  if (stackType === 'IPV4_ONLY') return pass('the nodes subnet is IPv4-only until its routes are gone');
  if (podRoutes.length === 0) return pass(`the nodes subnet is ${stackType}, and no pod route is left`);
  return warn(
    'NodesSubnetAlreadyDualStack',
    `${nodesSubnetName(target)} is ${stackType} while ${podRoutes.length} pod routes exist, and hybrid routing is for IPv4-only subnets.`,
    'If nothing uses its IPv6 range yet, set the stack type back to IPV4_ONLY (possible with external IPv6).',
    ['overlap'],
  );
};

export const overlapFlagIsOff: Check = ({ facts: { nodesSubnet, target } }) => {
  if (nodesSubnet === undefined) return undefined;
  if (!nodesSubnet.routesOverlapAllowed) return pass('the nodes subnet does not overlap routes');
  return warn(
    'OverlapAlreadyAllowed',
    `${nodesSubnetName(target)} is allowed to overlap routes already; overlap takes that back at its end.`,
    'Find out who set allowSubnetCidrRoutesOverlap, and whether it is still needed.',
  );
};

/** The shoot's own subnets, which lie in its own ranges of course. */
export function isOwnSubnet(
  { name, region }: Pick<Subnet, 'name'> & { region: string },
  target: Target,
): boolean {
  const own = [nodesSubnetName(target), internalSubnetName(target), servicesSubnetName(target)];
  return region === target.region && own.includes(name);
}

type Target = Parameters<typeof nodesSubnetName>[0] & { readonly region: string };
