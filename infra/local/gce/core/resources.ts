/**
 * Resources in the v1 API's own JSON (gcp-compute-semantics.md §1.4, §4.1 and the recordings). They are never changed in
 * place: a change puts a new object in the old one's stead. Fields that the simulator has no rule for are carried along.
 */
export interface Resource {
  readonly kind: string;
  readonly id: string;
  readonly creationTimestamp: string;
  readonly name: string;
  readonly selfLink: string;
  readonly description?: string | undefined;
}

export interface Network extends Resource {
  /** Absent in a legacy network. */
  readonly autoCreateSubnetworks?: boolean | undefined;
  /** Only a legacy network has a range of its own, and then no subnetworks. */
  readonly IPv4Range?: string | undefined;
  readonly enableUlaInternalIpv6?: boolean | undefined;
  readonly internalIpv6Range?: string | undefined;
  readonly routingConfig?: object | undefined;
}

export interface SecondaryRange {
  readonly rangeName: string;
  readonly ipCidrRange: string;
}

export type StackType = 'IPV4_ONLY' | 'IPV4_IPV6' | 'IPV6_ONLY';
export type Ipv6AccessType = 'EXTERNAL' | 'INTERNAL';

export interface Subnetwork extends Resource {
  /** Link of the network. */
  readonly network: string;
  readonly region: string;
  readonly ipCidrRange: string;
  readonly gatewayAddress: string;
  readonly fingerprint: string;
  readonly privateIpGoogleAccess: boolean;
  readonly privateIpv6GoogleAccess?: string | undefined;
  readonly purpose?: string | undefined;
  readonly state?: string | undefined;
  readonly logConfig?: object | undefined;
  readonly stackType: StackType;
  readonly ipv6AccessType?: Ipv6AccessType | undefined;
  readonly externalIpv6Prefix?: string | undefined;
  readonly internalIpv6Prefix?: string | undefined;
  readonly ipv6CidrRange?: string | undefined;
  readonly ipv6GceEndpoint?: string | undefined;
  readonly allowSubnetCidrRoutesOverlap?: boolean | undefined;
  /** Absent when there is none. */
  readonly secondaryIpRanges?: readonly SecondaryRange[] | undefined;
}

export interface Route extends Resource {
  readonly network: string;
  readonly destRange: string;
  readonly priority: number;
  readonly tags?: readonly string[] | undefined;
  readonly nextHopInstance?: string | undefined;
  readonly nextHopIp?: string | undefined;
  readonly nextHopGateway?: string | undefined;
  readonly nextHopNetwork?: string | undefined;
}

export interface Firewall extends Resource {
  readonly network: string;
  readonly direction: string;
  readonly priority: number;
  readonly disabled: boolean;
}

export interface AliasIpRange {
  readonly ipCidrRange: string;
  /** Absent means the subnetwork's primary range. */
  readonly subnetworkRangeName?: string | undefined;
}

export interface NetworkInterface {
  readonly kind: string;
  readonly name: string;
  readonly network: string;
  readonly subnetwork: string;
  readonly networkIP: string;
  readonly fingerprint: string;
  readonly stackType: StackType;
  readonly aliasIpRanges?: readonly AliasIpRange[] | undefined;
  readonly ipv6AccessType?: Ipv6AccessType | undefined;
  readonly ipv6AccessConfigs?: readonly object[] | undefined;
  readonly ipv6Address?: string | undefined;
  readonly internalIpv6PrefixLength?: number | undefined;
}

export type InstanceStatus =
  | 'PROVISIONING'
  | 'STAGING'
  | 'RUNNING'
  | 'STOPPING'
  | 'STOPPED'
  | 'SUSPENDED'
  | 'TERMINATED';

export interface Instance extends Resource {
  readonly zone: string;
  readonly machineType: string;
  readonly status: InstanceStatus;
  readonly canIpForward: boolean;
  readonly fingerprint: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly labelFingerprint?: string | undefined;
  readonly tags?: object | undefined;
  readonly metadata?: object | undefined;
  readonly scheduling?: object | undefined;
  readonly cpuPlatform?: string | undefined;
  readonly startRestricted?: boolean | undefined;
  readonly deletionProtection?: boolean | undefined;
  readonly lastStartTimestamp?: string | undefined;
  readonly networkInterfaces: readonly NetworkInterface[];
}

export interface Operation {
  readonly kind: 'compute#operation';
  readonly id: string;
  readonly name: string;
  readonly operationType: string;
  readonly status: 'PENDING' | 'RUNNING' | 'DONE';
  readonly progress: number;
  readonly insertTime: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly targetId: string;
  readonly targetLink: string;
  readonly user: string;
  readonly selfLink: string;
  readonly region?: string;
  readonly zone?: string;
  readonly clientOperationId?: string;
  readonly error?: { readonly errors: readonly { readonly code: string; readonly message: string }[] };
  readonly httpErrorStatusCode?: number;
  readonly httpErrorMessage?: string;
}
