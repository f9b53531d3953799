import type { Cidr } from '../../migration/cidr.ts';
import { readCidr } from '../../migration/cidr.ts';
import { familyOfRange } from '../addresses.ts';
import type { IpBlock, NetworkPolicy } from '../objects/network-policies.ts';
import type { ObjectName } from '../report/schema.ts';
import type { Ports } from './ports.ts';

export type Direction = 'Ingress' | 'Egress';
const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];

export interface Block {
  readonly range: Cidr;
  readonly except: readonly string[];
}

/** A rule of a policy in one direction: who is let through, of which family, on which ports. */
export interface PolicyRule {
  /** Its place in `spec.ingress` or `spec.egress`. */
  readonly index: number;
  /** It names no peers, and so means everybody of both families. */
  readonly everybody: boolean;
  readonly ipv4: readonly Block[];
  readonly ipv6: readonly Block[];
  readonly ports: Ports;
}

/**
 * The directions in which a policy isolates its pods. Where it does not say, it is ingress, and egress if there are egress rules
 * (NetworkPolicySpec, `policyTypes`).
 */
export function directionsOf({ spec }: NetworkPolicy): readonly Direction[] {
  const { policyTypes, egress } = spec;
  if (policyTypes && policyTypes.length > 0) return DIRECTIONS.filter((each) => policyTypes.includes(each));
  return egress && egress.length > 0 ? DIRECTIONS : ['Ingress'];
}

export function rulesOf({ spec }: NetworkPolicy, direction: Direction): readonly PolicyRule[] {
  const rules =
    direction === 'Ingress'
      ? spec.ingress?.map(({ from, ports }) => ({ peers: from ?? [], ports }))
      : spec.egress?.map(({ to, ports }) => ({ peers: to ?? [], ports }));
  return (rules ?? []).map(({ peers, ports }, index) => {
    const blocks = peers.flatMap(({ ipBlock }) => ipBlock ?? []);
    return {
      index,
      everybody: peers.length === 0,
      ipv4: blocks.filter(({ cidr }) => familyOfRange(cidr) === 'IPv4').flatMap(asBlock),
      ipv6: blocks.filter(({ cidr }) => familyOfRange(cidr) === 'IPv6').flatMap(asBlock),
      ports,
    };
  });
}

/** Where a rule stands in its policy, e.g. `ingress[2]`. */
export function fieldOf({
  direction,
  index,
}: {
  readonly direction: Direction;
  readonly index: number;
}): string {
  return `${direction.toLowerCase()}[${index}]`;
}

/** The field of a rule that names its peers, and the word for it in a sentence. */
export function sideOf(direction: Direction): 'from' | 'to' {
  return direction === 'Ingress' ? 'from' : 'to';
}

export function objectOf({ metadata: { namespace, name } }: NetworkPolicy): ObjectName {
  const kind = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' };
  return { ...kind, ...(namespace !== undefined && { namespace }), name };
}

function asBlock({ cidr, except }: IpBlock): Block[] {
  const range = readCidr(cidr);
  return range === undefined ? [] : [{ range, except: except ?? [] }];
}
