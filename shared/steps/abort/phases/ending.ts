import { servicesSubnetName } from '../../infrastructure-names.ts';
import { namesIn } from '../../migrate-routes/marks.ts';
import { act, actOn } from '../../phase.ts';
import type { Phase } from './phase.ts';

export const deleteFirewallRules: Phase = ({ facts }) => {
  const found = new Set(facts.found.firewallRules);
  const made = facts.subnets?.firewallRules.filter(({ name }) => !found.has(name)) ?? [];
  return actOn(
    made.map(({ name }) => name),
    (names) => ({ kind: 'delete firewall rules', names }),
  );
};

/** One of that name in another place or with another range is not what the migration makes. */
export const deleteServicesSubnet: Phase = ({ facts }) => {
  const services = facts.subnets?.services;
  const ours = services?.network === facts.target.network && services.range === facts.target.services;
  return ours && !facts.found.servicesSubnet
    ? act({ kind: 'delete services subnet', subnet: servicesSubnetName(facts.target) })
    : undefined;
};

export const disableInternalIpv6: Phase = ({ facts }) => {
  const internal = facts.subnets?.internal;
  return facts.found.internalStackType === 'IPV4_ONLY' && internal?.stackType === 'IPV4_IPV6'
    ? act({ kind: 'disable IPv6', subnet: internal.name })
    : undefined;
};

/** Until then Gardener, which may want it as for a dual-stack Shoot still, would have stopped it in the middle. */
export const handBackController: Phase = ({ facts }) =>
  facts.controllerHeld === true ? act({ kind: 'hand back controller' }) : undefined;

export const removeProbe: Phase = ({ facts }) =>
  namesIn(facts.marks, 'probe').length > 0 ? act({ kind: 'remove probe' }) : undefined;
