/** What leads packets to the pods of live nodes: of how many nodes which. Sums up to the live nodes that have a pod CIDR. */
export interface NodesByCarrier {
  readonly route: number;
  readonly routeAndAlias: number;
  readonly alias: number;
  /** An alias, and pod CIDRs of both families. */
  readonly dualStack: number;
  readonly nothing: number;
}

export const CARRIER_NAMES = [
  'route',
  'routeAndAlias',
  'alias',
  'dualStack',
  'nothing',
] as const satisfies readonly (keyof NodesByCarrier)[];
