import type { Block } from '../core/addresses.ts';
import { ipv4Block, knownBlock } from '../core/addresses.ts';
import type { Instance, Route, Subnetwork } from '../core/resources.ts';
import { rangesOf } from '../core/subnetworks.ts';
import { PrefixTable } from './prefix-table.ts';

/** A subnetwork as the network's hosts see it. */
export interface SeenSubnetwork {
  readonly path: string;
  readonly subnetwork: Subnetwork;
  /** False for a moment after a range was added, when the fallback of a hybrid subnetwork begins later than the range. */
  readonly fallbackReady: boolean;
}

/** An instance as the network's hosts see it. */
export interface SeenInstance {
  readonly path: string;
  readonly instance: Instance;
}

/** What the network's hosts know of one VPC network: the state of the API as it was some moments ago. */
export interface NetworkView {
  readonly routes: PrefixTable<Route>;
  readonly ranges: PrefixTable<SeenSubnetwork>;
  /** Aliases and primary addresses. */
  readonly addresses: PrefixTable<SeenInstance>;
}

/**
 * What the hosts of all networks know. `put…` and `remove…` return the blocks whose packets may now go elsewhere.
 * Resources are told apart by their paths.
 */
export class Fabric {
  readonly #networks = new Map<string, NetworkView>();
  readonly #routes = new Map<string, Route>();
  readonly #subnetworks = new Map<string, SeenSubnetwork>();
  readonly #instances = new Map<string, SeenInstance>();
  readonly #byName = new Map<string, string>();

  network(link: string): NetworkView {
    const view = this.#networks.get(link) ?? {
      routes: new PrefixTable<Route>(),
      ranges: new PrefixTable<SeenSubnetwork>(),
      addresses: new PrefixTable<SeenInstance>(),
    };
    this.#networks.set(link, view);
    return view;
  }

  instance(path: string): Instance | undefined {
    return this.#instances.get(path)?.instance;
  }

  /** The instance of this name. Names are taken to be unique in the project, as a cluster's nodes are. */
  instanceNamed(name: string): SeenInstance | undefined {
    const path = this.#byName.get(name);
    return path === undefined ? undefined : this.#instances.get(path);
  }

  subnetwork(path: string): SeenSubnetwork | undefined {
    return this.#subnetworks.get(path);
  }

  putRoute(path: string, route: Route): Block[] {
    const touched = this.removeRoute(path);
    const block = ipv4Block(route.destRange);
    if (block === undefined) return touched;
    this.#routes.set(path, route);
    this.network(route.network).routes.add(block, route);
    return [...touched, block];
  }

  removeRoute(path: string): Block[] {
    const route = this.#routes.get(path);
    const block = route === undefined ? undefined : ipv4Block(route.destRange);
    if (route === undefined || block === undefined) return [];
    this.#routes.delete(path);
    this.network(route.network).routes.delete(block, route);
    return [block];
  }

  putSubnetwork(path: string, subnetwork: Subnetwork, fallbackReady: boolean): Block[] {
    const touched = this.removeSubnetwork(path);
    const seen: SeenSubnetwork = { path, subnetwork, fallbackReady };
    this.#subnetworks.set(path, seen);
    const blocks = rangesOf(subnetwork).map(({ block }) => block);
    for (const block of blocks) this.network(subnetwork.network).ranges.add(block, seen);
    return [...touched, ...blocks];
  }

  removeSubnetwork(path: string): Block[] {
    const seen = this.#subnetworks.get(path);
    if (seen === undefined) return [];
    this.#subnetworks.delete(path);
    const blocks = rangesOf(seen.subnetwork).map(({ block }) => block);
    for (const block of blocks) this.network(seen.subnetwork.network).ranges.delete(block, seen);
    return blocks;
  }

  putInstance(path: string, instance: Instance): Block[] {
    const before = this.instance(path);
    const forwardsAlike = before?.status === instance.status && before.canIpForward === instance.canIpForward;
    const touched = this.#takeAway(path);
    const seen: SeenInstance = { path, instance };
    this.#instances.set(path, seen);
    this.#byName.set(instance.name, path);
    return [...touched, ...this.#addressesOf(seen, 'add'), ...(forwardsAlike ? [] : this.#routedTo(path))];
  }

  removeInstance(path: string): Block[] {
    return [...this.#takeAway(path), ...this.#routedTo(path)];
  }

  #takeAway(path: string): Block[] {
    const seen = this.#instances.get(path);
    if (seen === undefined) return [];
    this.#instances.delete(path);
    return this.#addressesOf(seen, 'delete');
  }

  /** The destinations of the routes whose next hop may be this instance. */
  #routedTo(path: string): Block[] {
    return [...this.#routes.values()].flatMap((route) => {
      const mayBe = route.nextHopIp !== undefined || route.nextHopInstance?.endsWith(path);
      return mayBe ? [knownBlock(route.destRange)] : [];
    });
  }

  #addressesOf(seen: SeenInstance, what: 'add' | 'delete'): Block[] {
    return seen.instance.networkInterfaces.flatMap((nic) => {
      const ranges = [nic.networkIP, ...(nic.aliasIpRanges ?? []).map(({ ipCidrRange }) => ipCidrRange)];
      const blocks = ranges.map(knownBlock);
      for (const block of blocks) this.network(nic.network).addresses[what](block, seen);
      return blocks;
    });
  }
}
