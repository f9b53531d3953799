import type { AliasRange, FirewallRule, Route, Subnet } from '../../shared/compute/compute.ts';
import type { ClusterNode } from '../../shared/kubernetes/cluster.ts';
import { contains, parseCidr } from '../../shared/migration/cidr.ts';
import type { PodRouteRecord } from '../../shared/migration/pod-route.ts';
import { ipv6FirewallRules } from '../../shared/steps/enable-ipv6-subnets/firewall.ts';
import { migrationWith, NOW, SERVICES_PREFIX, subnet, TARGET } from './fixtures.ts';
import { othersAct } from './routes-actors.ts';
import { instanceName, POD_RANGE, podCidr, routeName } from './routes-names.ts';

export { instanceName, POD_RANGE, podCidr, routeName } from './routes-names.ts';

/** A crash of the process that runs the step, before or after the effect of a call. */
export class Crash extends Error {}

export interface ModelNode {
  readonly number: number;
  readonly name: string;
  podCidr: string | undefined;
  leaving: boolean;
  /** Rounds for which the VM outlives its Node, or for which the Node outlives its VM. */
  lingers: 'neither' | 'vm' | 'node';
  /** Made by the new machine class: it has an IPv6 pod CIDR too. */
  dualStack: boolean;
  /** False: its alias is programmed, and no packet arrives by it. */
  hears: boolean;
  /** Nothing reaches it, whatever leads to it. */
  deaf: boolean;
  /** The kubelet does not report; its pods count on nobody. */
  notReady?: boolean;
}

interface ModelInstance {
  readonly name: string;
  readonly zone: string;
  aliases: AliasRange[];
}

/**
 * Nodes, VMs, routes and one subnet as far as `migrate-routes` sees them, with a route controller at work beside it.
 * Every change is checked against the laws of the migration (DESIGN §2) at the moment at which it is made.
 */
export class RoutesWorld {
  now = NOW;
  readonly nodes = new Map<string, ModelNode>();
  readonly instances = new Map<string, ModelInstance>();
  readonly routes = new Map<string, Route>();
  readonly firewallRules = new Map<string, FirewallRule>();
  readonly records = new Map<string, PodRouteRecord>();
  readonly violations: string[] = [];
  /** What was changed, in order: `delete <route>`, `alias <node>` and so on. */
  readonly journal: string[] = [];
  subnet: Subnet = subnet('nodes');
  ccm = { managesRoutes: true, allocatesFromAliases: false, oldPods: 0 };
  /** What the arguments of the old pods said. */
  oldPodsManageRoutes = true;
  migration = migrationWith();
  /** Calls until the next crashes; see {@link call}. */
  crashes: { calls: number; afterEffect: boolean }[] = [];
  /** Packets of an address without an alias follow the routes while both lie in the subnet’s range. */
  hybridFallback = true;
  /** What Compute Engine refuses here. */
  readonly refuses = { flag: false, rangeOverRoutes: false, anyRange: false, routesInRange: false };
  /** Told of every deletion of a route. */
  onDelete: (route: string) => void = () => undefined;
  /** Told of every mark that is left. */
  onRemember: (mark: string, value: string) => void = () => undefined;
  /** Told when a secondary range was added. */
  onRange: () => void = () => undefined;
  /** Length of the journal at each look at the data plane. */
  readonly looks: number[] = [];
  /** Gardener was asked to replace every node. */
  rolling = false;
  /** VMs whose Nodes are gone; they go a while after them. */
  readonly orphanedVms = new Set<string>();
  /** Names of foreign routes; no change of them is allowed. */
  readonly foreign = new Set<string>();
  #dead = false;
  readonly #carriedOnce = new Set<string>();

  constructor() {
    for (const rule of ipv6FirewallRules(TARGET, [SERVICES_PREFIX])) this.firewallRules.set(rule.name, rule);
  }

  addNode(number: number, changes: Partial<ModelNode> = {}): ModelNode {
    const name = instanceName(number);
    const node = {
      number,
      name,
      podCidr: podCidr(number),
      leaving: false,
      lingers: 'neither' as const,
      dualStack: false,
      hears: true,
      deaf: false,
      ...changes,
    };
    this.nodes.set(name, node);
    this.instances.set(name, { name, zone: 'europe-west1-b', aliases: [] });
    return node;
  }

  /** As the cloud-controller-manager makes it. */
  addRoute(
    { number, name, podCidr }: Pick<ModelNode, 'number' | 'name' | 'podCidr'>,
    changes: Partial<Route> = {},
  ): Route {
    const route: Route = {
      name: routeName(number),
      network: TARGET.network,
      destination: podCidr ?? '',
      description: 'k8s-node-route',
      priority: 1000,
      tags: [],
      nextHop: { name, zone: 'europe-west1-b' },
      nextHopGone: false,
      ...changes,
    };
    this.routes.set(route.name, route);
    return route;
  }

  addForeignRoute(route: Partial<Route> & Pick<Route, 'name' | 'destination'>): void {
    this.foreign.add(route.name);
    this.addRoute({ number: 0, name: '', podCidr: '' }, route);
  }

  /** Pod routes of this cluster that are still there. */
  podRoutes(): Route[] {
    return [...this.routes.values()].filter(({ name }) => !this.foreign.has(name));
  }

  aliasOf(name: string): AliasRange | undefined {
    return this.instances.get(name)?.aliases.find(({ rangeName }) => rangeName === POD_RANGE);
  }

  /** Whether a packet reaches the node's pods now. */
  isReached(node: ModelNode): boolean {
    if (node.deaf) return false;
    if (this.aliasOf(node.name)?.range === node.podCidr) return node.hears;
    return this.#isRouted(node) && (!this.isInPodRange(node.podCidr) || this.hybridFallback);
  }

  isInPodRange(cidr: string | undefined): boolean {
    const range = this.podRange();
    return range !== undefined && cidr !== undefined && contains(parseCidr(range.range), parseCidr(cidr));
  }

  /** By a route that can still work. */
  #isRouted(node: ModelNode): boolean {
    return this.hasRoute(node) && (!this.isInPodRange(node.podCidr) || this.subnet.routesOverlapAllowed);
  }

  /** After a crash: the step runs in a new process. */
  restart(): void {
    this.#dead = false;
  }

  /** What the others do between two rounds. */
  passTime(seconds: number): void {
    this.now += seconds * 1000;
    othersAct(this);
    this.#checkCarriers('time passed');
  }

  podRange() {
    return this.subnet.secondaryRanges.find(({ name }) => name === POD_RANGE);
  }

  hasRoute({ name, podCidr: destination }: ModelNode): boolean {
    return [...this.routes.values()].some(
      (route) => route.nextHop?.name === name && route.destination === destination,
    );
  }

  /** Once carried, a node stays carried as long as it lives: by an alias, or by a route that can still work. */
  #checkCarriers(when: string): void {
    for (const node of this.nodes.values()) {
      if (node.leaving || node.podCidr === undefined || !this.instances.has(node.name)) continue;
      const aliased = this.aliasOf(node.name)?.range === node.podCidr;
      if (aliased || this.#isRouted(node)) this.#carriedOnce.add(node.name);
      else if (this.#carriedOnce.has(node.name) && !this.mayLoseTraffic())
        this.violated(`${node.name} has neither route nor alias: ${when}`);
    }
  }

  /** Somebody took responsibility for the gap. */
  mayLoseTraffic(): boolean {
    const { strategy, trafficLossAcknowledgedAt } = this.migration.plan;
    return strategy === 'cutover' && trafficLossAcknowledgedAt !== undefined;
  }

  violated(law: string): void {
    this.violations.push(law);
  }

  /** Every call of the step to the outside goes through here: it may crash before it has its effect, or after. */
  async call<Result>(what: string, effect: () => Result): Promise<Result> {
    if (this.#dead) throw new Crash(what);
    const [crash] = this.crashes;
    const due = crash !== undefined && crash.calls <= 0;
    if (crash !== undefined) crash.calls -= 1;
    if (due) this.crashes.shift();
    this.#dead = due;
    if (due && !crash.afterEffect) throw new Crash(what);
    const result = effect();
    this.#checkCarriers(what);
    if (due) throw new Crash(what);
    return result;
  }

  clusterNodes(): ClusterNode[] {
    return [...this.nodes.values()].map(({ name, podCidr, leaving, dualStack, notReady = false }) => ({
      name,
      instance: { name, zone: 'europe-west1-b' },
      podCidrs: podCidr === undefined ? [] : [podCidr, ...(dualStack ? ['2600:1900:4000:1::/112'] : [])],
      ready: !notReady,
      leaving,
      pool: 'worker',
    }));
  }

  deleteRoute(name: string): void {
    const route = this.routes.get(name);
    if (route === undefined) return;
    const record = this.records.get(name);
    const instance = this.instances.get(route.nextHop?.name ?? '');
    if (this.foreign.has(name)) this.violated(`the foreign route ${name} was deleted`);
    if (record === undefined) this.violated(`${name} was deleted without a record`);
    const aliasNeeded = instance !== undefined && !this.mayLoseTraffic();
    if (aliasNeeded && record?.state !== 'verified') this.violated(`${name} was deleted as ${record?.state}`);
    if (aliasNeeded && this.aliasOf(instance.name)?.range !== route.destination) {
      this.violated(`${name} was deleted, and its instance has no alias for it`);
    }
    if (this.ccm.managesRoutes || this.ccm.oldPods > 0)
      this.violated(`${name} was deleted beside a route controller`);
    this.routes.delete(name);
    this.journal.push(`delete ${name}`);
    this.onDelete(name);
  }
}

/** A cluster of so many nodes before anything was touched. */
export function worldOf(nodes: number): RoutesWorld {
  const world = new RoutesWorld();
  for (let number = 1; number <= nodes; number += 1) world.addRoute(world.addNode(number));
  return world;
}
