import type { Cidr } from '../migration/cidr.ts';

/**
 * The port to the infrastructure: one project and region of Compute Engine, in the migration's words. Every change
 * resolves only when its operation is DONE without an error; what came of it is still to be read back. Every change
 * may be repeated. Lists are complete or throw: a page that could not be had never looks like "no more routes".
 *
 * Adapter: `google/`. Errors: `errors.ts`.
 */
export interface Compute {
  /** What holds for the project as a whole. */
  project(): Promise<Project>;
  /** @throws ResourceNotFound */
  network(name: string): Promise<Network>;
  /** Every subnet of the network, of all regions. */
  subnets(network: string): Promise<readonly RegionalSubnet[]>;
  /** The subnet, or undefined when there is none of this name. */
  subnet(name: string): Promise<Subnet | undefined>;
  /** Static routes of the network, all of them, in any order. */
  routes(network: string): Promise<readonly Route[]>;
  /** Instances with a NIC in the subnet, of all zones. */
  instances(subnet: string): Promise<readonly Instance[]>;
  /** VMs with a NIC in the network, of all regions: the advisory limits of hybrid subnets count them. */
  countInstances(network: string): Promise<number>;
  /** A rule of another form than {@link FirewallRule}'s (disabled, limited to tags) shows as one that allows nothing. */
  firewallRule(name: string): Promise<FirewallRule | undefined>;

  /** Creates a dual-stack subnet with external IPv6. Nothing happens when one of this name exists. */
  createDualStackSubnet(subnet: { name: string; network: string; range: Cidr }): Promise<void>;
  /** `stackType` to IPV4_IPV6 with external IPv6. One way: the access type can be set only once. */
  enableExternalIpv6(subnet: string): Promise<void>;
  /** `stackType` back to IPV4_ONLY, which external IPv6 allows; VMs that have IPv6 addresses keep them. */
  disableIpv6(subnet: string): Promise<void>;
  /** Nothing happens when it is gone already. @throws ComputeRefused while anything uses it. */
  deleteSubnet(name: string): Promise<void>;
  /** Sets `allowSubnetCidrRoutesOverlap`. */
  setRoutesOverlap(subnet: string, allowed: boolean): Promise<void>;
  /** Adds one secondary range and leaves the others as they are. */
  addSecondaryRange(subnet: string, range: SecondaryRange): Promise<void>;
  /**
   * Removes the secondary range of this name and leaves the others as they are; nothing happens when there is none.
   *
   * @throws ComputeRefused while an alias uses it.
   */
  removeSecondaryRange(subnet: string, rangeName: string): Promise<void>;
  /**
   * Adds one alias IP range to the instance's first NIC and leaves the others as they are. Nothing is sent when it is
   * there already.
   *
   * @throws ResourceNotFound when the instance is gone.
   */
  addAlias(instance: InstanceName, alias: AliasRange): Promise<void>;
  /**
   * Removes one alias IP range from the instance's first NIC and leaves the others as they are; nothing is sent when it is
   * not there.
   *
   * @throws ResourceNotFound when the instance is gone.
   */
  removeAlias(instance: InstanceName, alias: AliasRange): Promise<void>;
  /** Nothing happens when the route is gone already. */
  deleteRoute(name: string): Promise<void>;
  /** Recreates a route. Nothing happens when one of this name exists. */
  createRoute(route: Omit<Route, 'tags' | 'nextHopGone'>): Promise<void>;
  /** Creates the rule, or changes the one of this name to exactly this. */
  putFirewallRule(rule: FirewallRule): Promise<void>;
  /** Nothing happens when it is gone already. */
  deleteFirewallRule(name: string): Promise<void>;
}

export interface Project {
  /** Tier of external addresses that do not say; external IPv6 exists in PREMIUM only. */
  readonly defaultNetworkTier: 'PREMIUM' | 'STANDARD' | undefined;
  /** By the API's metric name. Quotas per network are not among them. */
  readonly quotas: ReadonlyMap<string, { readonly limit: number; readonly usage: number }>;
}

export interface Network {
  readonly name: string;
  /** Auto-mode networks cannot have IPv6 subnets. */
  readonly autoMode: boolean;
  /** Legacy networks have one range and no subnets at all. */
  readonly legacy: boolean;
}

export interface SecondaryRange {
  readonly name: string;
  readonly range: string;
}

export interface Subnet {
  readonly name: string;
  readonly network: string;
  readonly range: string;
  readonly secondaryRanges: readonly SecondaryRange[];
  readonly stackType: 'IPV4_ONLY' | 'IPV4_IPV6' | 'IPV6_ONLY';
  /** The external /64; shows some time after the subnet became dual-stack. */
  readonly ipv6Range: string | undefined;
  readonly routesOverlapAllowed: boolean;
}

export interface RegionalSubnet extends Subnet {
  readonly region: string;
}

/** The VM that is a route's next hop, or carries an alias. */
export interface InstanceName {
  readonly name: string;
  readonly zone: string;
}

export interface Route {
  readonly name: string;
  /** Short name of the network. */
  readonly network: string;
  readonly destination: string;
  readonly description: string;
  readonly priority: number;
  /** Network tags that limit the route to some VMs; pod routes have none. */
  readonly tags: readonly string[];
  /** Undefined for routes whose next hop is no instance. */
  readonly nextHop: InstanceName | undefined;
  /** The API's own warning that the next hop does not exist any more. */
  readonly nextHopGone: boolean;
}

export interface AliasRange {
  readonly range: string;
  /** Undefined for an alias out of the primary range. */
  readonly rangeName: string | undefined;
}

export interface Instance extends InstanceName {
  /** Of the first NIC, in their order (the cloud-controller-manager takes the first). */
  readonly aliases: readonly AliasRange[];
  readonly running: boolean;
}

/** Ingress, priority 1000, no target tags: the form of all rules that Gardener makes. */
export interface FirewallRule {
  readonly name: string;
  readonly network: string;
  readonly sources: readonly string[];
  readonly allowed: readonly { readonly protocol: string; readonly ports?: readonly string[] }[];
}
