import { containsCidr } from 'cidr-tools';
import type { Random } from '../../../random.ts';
import type { IpFamily, Service } from '../../kinds/service.ts';
import { familyOf } from '../../kinds/service.ts';
import { addressAt, addressCount, canonicalAddress, canonicalCidr } from '../../object/addresses.ts';

/** Node ports of the real server's default range. */
const FIRST_NODE_PORT = 30_000;
const NODE_PORTS = 2_768;
/** The real allocator leaves the start of a range to addresses that are pinned, such as kube-dns. */
const RESERVED_FOR_PINNED = 256n;

/**
 * The API server's allocators of Service addresses and node ports: the ranges it was started with and what the stored
 * Services hold. It follows the store, so an allocation is only taken once its Service is written.
 */
export class ClusterIps {
  #ranges: ReadonlyMap<IpFamily, string>;
  readonly #holders = new Map<string, string>();
  readonly #nodePorts = new Set<number>();
  readonly #random: Random;

  /** @throws TypeError when `ranges` is not one CIDR, or two of different families. */
  constructor(ranges: readonly string[], random: Random) {
    this.#ranges = readRanges(ranges);
    this.#random = random;
  }

  /** As a restart with another `--service-cluster-ip-range`: what Services hold already stays theirs. */
  setRanges(ranges: readonly string[]): void {
    this.#ranges = readRanges(ranges);
  }

  /** Families in the order in which the server was configured; the first is the default. */
  get families(): readonly IpFamily[] {
    return [...this.#ranges.keys()];
  }

  /**
   * Why the address cannot be given to `holder`, in the real allocator's words; undefined when it can. A Service that is
   * only being created holds nothing, also when there is one by its name.
   */
  refusal(address: string, holder: string | undefined): string | undefined {
    const range = this.#ranges.get(familyOf(address));
    if (range === undefined || !containsCidr(range, address)) {
      return 'the provided network does not match the current range';
    }
    const present = this.#holders.get(canonicalAddress(address) ?? address);
    return present === undefined || present === holder ? undefined : 'provided IP is already allocated';
  }

  /** A free address of the family, undefined when the range is full. */
  free(family: IpFamily): string | undefined {
    const range = this.#ranges.get(family);
    if (range === undefined) return undefined;
    const size = addressCount(range);
    const first = size > RESERVED_FOR_PINNED * 2n ? RESERVED_FOR_PINNED : 1n;
    const usable = size - first - 1n;
    if (usable <= 0n) return undefined;
    const start = BigInt(Math.floor(this.#random() * Number(usable < 1_000_000n ? usable : 1_000_000n)));
    for (let step = 0n; step < usable && step <= BigInt(this.#holders.size); step += 1n) {
      const address = addressAt(range, first + ((start + step) % usable));
      if (address !== undefined && !this.#holders.has(address)) return address;
    }
    return undefined;
  }

  /** Why the node port cannot be had, in the real allocator's words; undefined when it can. */
  portRefusal(port: number): string | undefined {
    const last = FIRST_NODE_PORT + NODE_PORTS - 1;
    if (port < FIRST_NODE_PORT || port > last) {
      return `provided port is not in the valid range. The range of valid ports is ${FIRST_NODE_PORT}-${last}`;
    }
    return this.#nodePorts.has(port) ? 'provided port is already allocated' : undefined;
  }

  /** A free node port. */
  freeNodePort(): number {
    let port = FIRST_NODE_PORT + Math.floor(this.#random() * NODE_PORTS);
    while (this.#nodePorts.has(port)) port = FIRST_NODE_PORT + ((port - FIRST_NODE_PORT + 1) % NODE_PORTS);
    return port;
  }

  /** Follows a change of a Service; `service` undefined when it is gone. */
  observe(service: Service | undefined, previous: Service | undefined): void {
    for (const address of heldBy(previous)) this.#holders.delete(address);
    for (const { nodePort } of previous?.spec.ports ?? []) if (nodePort) this.#nodePorts.delete(nodePort);
    if (service === undefined) return;
    for (const address of heldBy(service)) this.#holders.set(address, holderName(service));
    for (const { nodePort } of service.spec.ports ?? []) if (nodePort) this.#nodePorts.add(nodePort);
  }
}

export function holderName(service: Service): string {
  return `${service.metadata.namespace ?? ''}/${service.metadata.name}`;
}

function heldBy(service: Service | undefined): string[] {
  return (service?.spec.clusterIPs ?? [])
    .filter((address) => address !== 'None')
    .map((address) => canonicalAddress(address) ?? address);
}

function readRanges(ranges: readonly string[]): ReadonlyMap<IpFamily, string> {
  const cidrs = ranges.flatMap((range) => canonicalCidr(range) ?? []);
  const byFamily = new Map(cidrs.map((cidr) => [familyOf(cidr), cidr]));
  if (cidrs.length === 0 || cidrs.length !== ranges.length || byFamily.size !== ranges.length) {
    throw new TypeError(
      `service cluster IP ranges: expected one CIDR, or two of different families, got "${ranges.join(',')}"`,
    );
  }
  return byFamily;
}
