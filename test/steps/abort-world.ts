import type { AliasRange, Subnet } from '../../shared/compute/compute.ts';
import { ResourceNotFound } from '../../shared/compute/errors.ts';
import type { Found } from '../../shared/migration/plan.ts';
import { ipv6FirewallRules } from '../../shared/steps/enable-ipv6-subnets/firewall.ts';
import { migrationWith, SERVICES_PREFIX, servicesSubnet, subnet, TARGET } from './fixtures.ts';
import { type ModelNode, POD_RANGE, RoutesWorld } from './routes-world.ts';

/** The model world of the routes, with all that the way back may touch beside them. */
export class AbortWorld extends RoutesWorld {
  services: Subnet | undefined;
  internal: Subnet | undefined = subnet('internal');
  /** Names of nodes that are reached by their alias only: their route leads nowhere. */
  readonly deafByRoute = new Set<string>();
  refusesRoutes = false;
  /** The route controller neither makes nor deletes any route. */
  routeControllerFails = false;
  notReady = false;
  probe = false;
  /** The error that this call is answered with. */
  refusal: { readonly call: string; readonly error: Error } | undefined;
  /** What happens in the moment before a call. */
  beforeCall: (what: string) => void = () => undefined;

  constructor() {
    super();
    this.firewallRules.clear();
  }

  override async call<Result>(what: string, effect: () => Result): Promise<Result> {
    this.beforeCall(what);
    if (this.refusal?.call === what) throw this.refusal.error;
    return await super.call(what, effect);
  }

  override passTime(seconds: number): void {
    const routes = [...this.routes];
    super.passTime(seconds);
    if (!this.routeControllerFails) return;
    this.routes.clear();
    for (const [name, route] of routes) this.routes.set(name, route);
  }

  override clusterNodes() {
    return super.clusterNodes().map((node) => ({ ...node, ready: !this.notReady }));
  }

  override isReached(node: ModelNode): boolean {
    if (this.#isMisled(node)) return false;
    const aliased = this.aliasOf(node.name)?.range === node.podCidr;
    return super.isReached(node) && (aliased || !this.deafByRoute.has(node.name));
  }

  /** Another VM holds the node's pod CIDR as its alias. */
  #isMisled({ name, podCidr }: ModelNode): boolean {
    return [...this.instances.values()].some(
      (instance) => instance.name !== name && instance.aliases.some(({ range }) => range === podCidr),
    );
  }

  setProbe(isThere: boolean): void {
    this.probe = isThere;
  }

  /** What `enable-ipv6-subnets` makes. */
  enableIpv6(): void {
    this.services = servicesSubnet();
    if (this.internal !== undefined) this.internal = { ...this.internal, stackType: 'IPV4_IPV6' };
    for (const rule of ipv6FirewallRules(TARGET, [SERVICES_PREFIX])) this.firewallRules.set(rule.name, rule);
  }

  /** As the preflight notes it. */
  found(): Found {
    const podRange = this.podRange();
    return {
      nodesSubnet: {
        routesOverlapAllowed: this.subnet.routesOverlapAllowed,
        stackType: this.subnet.stackType,
        ...(podRange === undefined ? {} : { podRange: podRange.range }),
      },
      ...(this.internal === undefined ? {} : { internalStackType: this.internal.stackType }),
      servicesSubnet: this.services !== undefined,
      firewallRules: [...this.firewallRules.keys()],
      managedRoutes: this.ccm.managesRoutes,
      allocatedFromAliases: this.ccm.allocatesFromAliases,
    };
  }

  /** Everything that the way back leads to; deep equality with an earlier one means exactly as found. */
  state() {
    return {
      routes: [...this.routes.values()].sort((one, other) => one.name.localeCompare(other.name)),
      aliases: [...this.instances.values()].map(({ name, aliases }) => ({ name, aliases })),
      subnet: this.subnet,
      services: this.services,
      internal: this.internal,
      firewallRules: [...this.firewallRules.values()],
      controller: { ...this.ccm, oldPods: 0 },
      probe: this.probe,
    };
  }

  removeAlias(name: string, alias: AliasRange): void {
    const instance = this.instances.get(name);
    if (instance === undefined) throw new ResourceNotFound('instances.updateNetworkInterface', name);
    const gone = instance.aliases.filter(({ range }) => range === alias.range);
    if (gone.some(({ rangeName }) => rangeName !== POD_RANGE)) this.violated(`${name} lost a foreign alias`);
    if (gone.length === 0) this.violated(`${name} has no alias ${alias.range}`);
    instance.aliases = instance.aliases.filter(({ range }) => range !== alias.range);
    this.journal.push(`remove alias ${name}`);
  }

  manageRoutes(): void {
    const { managesRoutes, allocatesFromAliases } = this.ccm;
    const failing = [...this.nodes.values()].filter(
      (node) =>
        !node.leaving &&
        this.isInPodRange(node.podCidr) &&
        !this.subnet.routesOverlapAllowed &&
        !this.podRoutes().some(({ destination }) => destination === node.podCidr),
    );
    for (const { name } of failing) this.violated(`the route controller would fail for ${name}`);
    if (!managesRoutes || allocatesFromAliases) {
      this.oldPodsManageRoutes = managesRoutes;
      this.ccm = { managesRoutes: true, allocatesFromAliases: false, oldPods: 2 };
    }
    this.journal.push('manage routes');
  }

  disableIpv6(name: string): void {
    const live = [...this.nodes.values()].filter(({ dualStack, leaving }) => dualStack && !leaving);
    if (live.length > 0) this.violated(`${name} lost IPv6 under dual-stack nodes`);
    const ipv4Only = { stackType: 'IPV4_ONLY', ipv6Range: undefined } as const;
    if (name === this.subnet.name) this.subnet = { ...this.subnet, ...ipv4Only };
    if (name === this.internal?.name) this.internal = { ...this.internal, ...ipv4Only };
    this.journal.push(`disable IPv6 ${name}`);
  }
}

/** A cluster of so many nodes in which nothing was changed yet but what the preflight and the subnets’ step did. */
export function readyToMigrate(nodes: number, prepare: (world: AbortWorld) => void = () => undefined) {
  const world = new AbortWorld();
  for (let number = 1; number <= nodes; number += 1) world.addRoute(world.addNode(number));
  prepare(world);
  const before = structuredClone(world.state());
  const migration = migrationWith();
  world.migration = { ...migration, plan: { ...migration.plan, found: world.found(), nodesAtOnce: 2 } };
  world.enableIpv6();
  return { world, before };
}
