/** A VPC firewall rule, of any form: what of it decides who gets in. */
export interface VpcFirewallRule {
  readonly name: string;
  /** Short name. */
  readonly network: string;
  readonly direction: 'INGRESS' | 'EGRESS';
  /** Lower wins; at the same one, a denial does. */
  readonly priority: number;
  readonly disabled: boolean;
  readonly action: 'allow' | 'deny';
  /** An empty list of ports means all of them; the protocol `all` means every protocol. */
  readonly protocols: readonly { readonly protocol: string; readonly ports: readonly string[] }[];
  readonly sources: readonly string[];
  /** Empty means every destination. */
  readonly destinations: readonly string[];
  /** Network tags or service accounts that limit it to some instances; empty means all of the network. */
  readonly targets: readonly string[];
}

/** The port to the firewall of a project. Adapter: `google/`. */
export interface VpcFirewall {
  readonly project: string;
  /** Short name of the network that the nodes are in. */
  readonly network: string;
  /** All VPC firewall rules of the network. @throws ComputeError */
  rules(): Promise<readonly VpcFirewallRule[]>;
}
