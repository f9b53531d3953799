/**
 * Everything about the real API that is not known, or that differs between observations, is a named switch with a stated
 * default. The table is the documentation; README.md shows it. "mbb" stands for make-before-break.md (Pn is a probe
 * of its §9), "sem" for gcp-compute-semantics.md.
 */
interface Choice<Value extends string> {
  readonly values: readonly [Value, ...Value[]];
  /** What each value means and why the first one, the default, was taken. */
  readonly about: string;
}

interface Quantity {
  readonly value: number;
  readonly about: string;
}

function choice<const Value extends string>(
  values: readonly [Value, ...Value[]],
  about: string,
): Choice<Value> {
  return { values, about };
}

function quantity(value: number, about: string): Quantity {
  return { value, about };
}

export const SWITCHES = {
  routeIntoRangeRefusal: choice(
    ['operation', 'synchronous'],
    'A route equal to or inside a subnet range is refused by its operation (newest observation) or at once with HTTP 400. sem §2.1',
  ),
  routeInsertUnderFlag: choice(
    ['accepted', 'refused'],
    'A new route inside a range of a subnet that allows overlap: a lab saw it accepted, the field text denies it. mbb §2.4, P1',
  ),
  rangeOverRoutesUnderFlag: choice(
    ['accepted', 'refused'],
    'A range that equals or contains route destinations, on a subnet that allows overlap. mbb §2.1, P1, P2',
  ),
  flagAtCreation: choice(
    ['accepted', 'refused'],
    'allowSubnetCidrRoutesOverlap at subnetworks.insert: the newer text no longer forbids it. mbb §2.2',
  ),
  flagOn: choice(
    ['accepted', 'refused'],
    'Setting allowSubnetCidrRoutesOverlap at all: refused stands for a project where it does not work. mbb §2.1',
  ),
  flagOffWhileRoutesOverlap: choice(
    ['refused', 'accepted'],
    'Taking the flag off while route destinations lie in the ranges: likely refused. sem §2.4, mbb §2.3, P9',
  ),
  flagOnDualStackSubnet: choice(
    ['refused', 'accepted'],
    'Setting the flag on a dual-stack subnet: IPv6 is said to be outside hybrid subnets. mbb §2.8, P10',
  ),
  dualStackOnHybridSubnet: choice(
    ['refused', 'accepted'],
    'Making a subnet dual-stack while it carries the flag: the reverse order of the one above. mbb §2.8, P10',
  ),
  hybridFallback: choice(
    ['on', 'off'],
    'Addresses of a hybrid range without a running owner fall back to the routes, as documented. mbb §2.5-2.7, P2',
  ),
  hybridFallbackOnDualStackSubnet: choice(
    ['off', 'on'],
    'The same once the hybrid subnet is dual-stack: pessimistic, as IPv6 is said to be unsupported. mbb §2.8, P10',
  ),
  hybridTransientMs: quantity(
    0,
    'Time between a new range being seen by the network and the fallback beginning: an undocumented transient. mbb §4, P2',
  ),
  aliasMatchesInHybridSubnet: choice(
    ['yes', 'no'],
    'An alias range of a running VM counts as an associated resource of a hybrid subnet. mbb §2.5, P3, P5',
  ),
  guestAgentTakesAliases: choice(
    ['no', 'yes'],
    'The guest agent installs a local route for an alias, so pods behind it lose traffic; Gardener turns that off. mbb §3, P3',
  ),
  netmaskAllocationSkipsRoutes: choice(
    ['no', 'yes'],
    'A server-chosen alias ("/24") avoids destinations of static routes: only addresses of NICs are documented. mbb §6.7, P8',
  ),
  inFlightNicUpdate: choice(
    ['412', 'resourceNotReady'],
    'A second updateNetworkInterface while the first is in flight is answered so. sem §3.4',
  ),
  aliasAddAndRemoveInOnePatch: choice(
    ['refused', 'accepted'],
    'Alias ranges added and removed by one request: the documentation speaks against it. mbb §3, sem §3.1',
  ),
  duplicateAlias: choice(
    ['refused', 'merged'],
    'The same or overlapping alias ranges twice in one list: refused with 400, or equal ones taken once. sem §10',
  ),
  noOpPatch: choice(
    ['operation', '304'],
    'A PATCH that changes nothing: an operation without effect, or HTTP 304, which clients are seen to expect. sem §1.1',
  ),
  mixedSubnetPatch: choice(
    ['refused', 'accepted'],
    'Several groups of fields changed in one subnetworks.patch: three clients avoid it, the error is not known. sem §1.1',
  ),
  ipv6PrefixDelayMs: quantity(
    2_000,
    'Time between the end of the patch and externalIpv6Prefix being shown; Gardener polls up to 30 s. sem §1.3',
  ),
  externalIpv6Policy: choice(
    ['allowed', 'denied'],
    'Organisation policy compute.disableVpcExternalIpv6; the refusal (412) is inferred. sem §8',
  ),
  resourceNotReady: choice(
    ['target-and-network', 'target', 'off'],
    'A mutation is refused with 400 resourceNotReady while its target, or the network of it, has an operation in flight. sem §1.5',
  ),
  deleteInstanceInFlight: choice(
    ['accepted', 'resourceNotReady'],
    'instances.delete while another operation works on the VM: accepted, and that operation fails at its end. No source',
  ),
  subnetRoutesInList: choice(
    ['listed', 'hidden'],
    'routes.list and routes.get show the subnet routes, as old dumps and the field documentation do. sem §2.3',
  ),
  operationWait: choice(
    ['until-done', 'at-once'],
    'operations.wait returns when the operation is done or its deadline is near, or at once, which best effort allows. sem §4.1',
  ),
  operationWaitMs: quantity(120_000, 'Longest time operations.wait blocks. sem §4.1'),
  operationRetentionMs: quantity(
    3_600_000,
    'How long a finished operation can be read; 0 keeps it for ever. At least 1 h is documented. sem §4.1',
  ),
  requestIdReuse: choice(
    ['original', 'refused'],
    'The same requestId with another request: the original operation, or 400. sem §4.2, §10',
  ),
  partialLists: choice(
    ['error', 'unreachables'],
    'Aggregated lists while a scope is unreachable and the caller did not ask for partial success: 503, or name it. sem §5',
  ),
  quotaErrorMetadataKey: choice(
    ['metadatas', 'metadata'],
    'Key of the details in the concurrent-operations error: both are seen. sem §4.5',
  ),
} satisfies Record<string, Choice<string> | Quantity>;

type Table = typeof SWITCHES;
export type SwitchName = keyof Table;

/** A position for every switch. */
export type Switches = {
  readonly [Name in SwitchName]: Table[Name] extends Choice<infer Value> ? Value : number;
};

/** The default position of every switch, with those given in their stead. @throws Error naming an impossible one. */
export function switchPositions(given: Partial<Switches> = {}): Switches {
  const positions: Record<string, string | number> = Object.fromEntries(
    Object.entries(SWITCHES).map(([name, entry]) => [
      name,
      'values' in entry ? entry.values[0] : entry.value,
    ]),
  );
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) positions[name] = checkedPosition(name, value);
  }
  // The table above is both the type's source and the object's: its entries are exactly the positions.
  return positions as Switches;
}

/** Reads `name=value` as the command line gives it. @throws Error that names the switch and what it takes. */
export function parseSwitch(text: string): Partial<Switches> {
  const separator = text.indexOf('=');
  if (separator < 1) throw new Error(`switch "${text}": expected name=value`);
  const name = text.slice(0, separator);
  return { [name]: checkedPosition(name, text.slice(separator + 1)) };
}

function checkedPosition(name: string, value: string | number): string | number {
  const table: Readonly<Record<string, Choice<string> | Quantity>> = SWITCHES;
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) {
    throw new Error(`switch "${name}" does not exist; there are: ${Object.keys(SWITCHES).join(', ')}`);
  }
  if ('values' in entry) {
    const position = String(value);
    if (entry.values.includes(position)) return position;
    throw new Error(`switch ${name}: expected ${entry.values.join(' or ')}, got "${value}"`);
  }
  const milliseconds = typeof value === 'number' ? value : Number(value.trim() || Number.NaN);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  throw new Error(`switch ${name}: expected a number of milliseconds, 0 or more, got "${value}"`);
}
