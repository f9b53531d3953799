import { timestamp } from '../../../../shared/clock.ts';
import type { Random } from '../../random.ts';
import type { Switches } from '../switches.ts';
import { AddressBook } from './address-book.ts';
import { knownBlock } from './addresses.ts';
import { Collection } from './collection.ts';
import type { ComputeChange, ComputeEvent } from './events.ts';
import { instanceChanges, subnetworkChanges } from './events.ts';
import { Identifiers } from './identifiers.ts';
import type { ResourcePath } from './links.ts';
import { lastSegment, pathOfLink } from './links.ts';
import type { GivenQuota } from './project-quotas.ts';
import type { Quotas } from './quotas.ts';
import type { Firewall, Instance, Network, Resource, Route, Subnetwork } from './resources.ts';
import type { Timeline } from './timeline.ts';

export interface ProjectOptions {
  readonly id: string;
  readonly region: string;
  readonly zones: readonly string[];
  readonly regions: readonly string[];
  readonly timeline: Timeline;
  readonly random: Random;
  readonly switches: Switches;
  readonly quotas: Quotas;
  /** Of the whole project, as far as the scenario gives them. */
  readonly givenQuotas?: readonly GivenQuota[];
  readonly defaultNetworkTier?: NetworkTier;
}

export type NetworkTier = 'PREMIUM' | 'STANDARD';

/** Read access to the resources of one kind. */
export type Shelf<T> = Omit<Collection<T>, 'put' | 'delete'>;

/**
 * One Google Cloud project: what exists, and the only place where it changes. Every change goes through `put…` or
 * `remove…`, which keep the address books and tell the listeners; the rules that allow a change stand in `methods/`.
 */
export class Project {
  readonly id: string;
  readonly region: string;
  readonly zones: readonly string[];
  readonly regions: readonly string[];
  readonly timeline: Timeline;
  readonly random: Random;
  readonly switches: Switches;
  readonly quotas: Quotas;
  readonly givenQuotas: readonly GivenQuota[];
  readonly defaultNetworkTier: NetworkTier;
  readonly identifiers: Identifiers;
  readonly number: string;
  readonly #networks = new Collection<Network>();
  readonly #subnetworks = new Collection<Subnetwork>();
  readonly #routes = new Collection<Route>();
  readonly #firewalls = new Collection<Firewall>();
  readonly #instances = new Collection<Instance>();
  readonly #addresses = new Map<ResourcePath, AddressBook>();
  readonly #listeners = new Set<(event: ComputeEvent) => void>();
  readonly #ipv6Ranges = new Map<string, number>();

  constructor(options: ProjectOptions) {
    this.id = options.id;
    this.region = options.region;
    this.zones = options.zones;
    this.regions = options.regions;
    this.timeline = options.timeline;
    this.random = options.random;
    this.switches = options.switches;
    this.quotas = options.quotas;
    this.givenQuotas = options.givenQuotas ?? [];
    this.defaultNetworkTier = options.defaultNetworkTier ?? 'PREMIUM';
    this.identifiers = new Identifiers(options.random);
    this.number = this.identifiers.id().slice(0, 12);
  }

  get networks(): Shelf<Network> {
    return this.#networks;
  }

  get subnetworks(): Shelf<Subnetwork> {
    return this.#subnetworks;
  }

  get routes(): Shelf<Route> {
    return this.#routes;
  }

  get firewalls(): Shelf<Firewall> {
    return this.#firewalls;
  }

  get instances(): Shelf<Instance> {
    return this.#instances;
  }

  /** Calls the listener at every change that takes effect, in order. Returns a function that ends that. */
  onEvent(listener: (event: ComputeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  path(link: string): ResourcePath {
    return pathOfLink(this.id, link);
  }

  pathOf(resource: Resource): ResourcePath {
    return this.path(resource.selfLink);
  }

  /** What the next resource of any kind starts with. */
  identity(kind: string, name: string, selfLink: string): Resource {
    return { kind, id: this.identifiers.id(), creationTimestamp: this.timestamp(), name, selfLink };
  }

  timestamp(): string {
    return timestamp(this.timeline);
  }

  /** Who holds which addresses of a network. */
  addresses(network: string): AddressBook {
    const path = this.path(network);
    const book = this.#addresses.get(path) ?? new AddressBook();
    this.#addresses.set(path, book);
    return book;
  }

  /** The number of the next /96 of an IPv6 prefix; numbers are not given out twice. */
  nextIpv6Range(prefix: string): number {
    const next = (this.#ipv6Ranges.get(prefix) ?? 0) + 1;
    this.#ipv6Ranges.set(prefix, next);
    return next;
  }

  subnetworksOf(network: string): Subnetwork[] {
    const path = this.path(network);
    return this.#subnetworks.values().filter((subnetwork) => this.path(subnetwork.network) === path);
  }

  routesOf(network: string): Route[] {
    const path = this.path(network);
    return this.#routes.values().filter((route) => this.path(route.network) === path);
  }

  putNetwork(network: Network): void {
    const path = this.pathOf(network);
    this.#networks.put(path, network);
    this.#tell({ type: 'network-changed', path, present: true });
  }

  removeNetwork(path: ResourcePath): void {
    if (this.#networks.delete(path) !== undefined)
      this.#tell({ type: 'network-changed', path, present: false });
  }

  putSubnetwork(subnetwork: Subnetwork): void {
    const path = this.pathOf(subnetwork);
    const before = this.#subnetworks.put(path, subnetwork);
    for (const change of subnetworkChanges(before, subnetwork)) this.#tell(change);
  }

  removeSubnetwork(path: ResourcePath): void {
    const subnetwork = this.#subnetworks.delete(path);
    if (subnetwork !== undefined) this.#tell({ type: 'subnetwork-deleted', subnetwork });
  }

  putRoute(route: Route): void {
    this.#routes.put(this.pathOf(route), route);
    this.#tell({ type: 'route-inserted', route });
  }

  removeRoute(path: ResourcePath): void {
    const route = this.#routes.delete(path);
    if (route !== undefined) this.#tell({ type: 'route-deleted', route });
  }

  putFirewall(firewall: Firewall): void {
    const path = this.pathOf(firewall);
    this.#firewalls.put(path, firewall);
    this.#tell({ type: 'firewall-changed', path, present: true });
  }

  removeFirewall(path: ResourcePath): void {
    if (this.#firewalls.delete(path) !== undefined)
      this.#tell({ type: 'firewall-changed', path, present: false });
  }

  putInstance(instance: Instance): void {
    const path = this.pathOf(instance);
    const before = this.#instances.get(path);
    if (before !== undefined) this.#holdAddresses(path, before, 'release');
    this.#holdAddresses(path, instance, 'hold');
    this.#instances.put(path, instance);
    for (const change of instanceChanges(before, instance)) this.#tell(change);
  }

  removeInstance(path: ResourcePath): void {
    const instance = this.#instances.get(path);
    if (instance === undefined) return;
    this.#holdAddresses(path, instance, 'release');
    this.#instances.delete(path);
    this.#tell({ type: 'instance-deleted', instance });
  }

  #holdAddresses(path: ResourcePath, instance: Instance, what: 'hold' | 'release'): void {
    for (const nic of instance.networkInterfaces) {
      const ranges = [nic.networkIP, ...(nic.aliasIpRanges ?? []).map((alias) => alias.ipCidrRange)];
      for (const range of ranges) {
        const { start, end } = knownBlock(range);
        this.addresses(nic.network)[what]({ start, end, owner: nicOwner(path, nic.name) });
      }
    }
  }

  #tell(change: ComputeChange): void {
    const event: ComputeEvent = { at: this.timeline.now(), ...change };
    for (const listener of this.#listeners) listener(event);
  }
}

/** How a NIC is named in an address book. */
export function nicOwner(instance: ResourcePath, networkInterface: string): string {
  return `${instance}#${lastSegment(networkInterface)}`;
}
