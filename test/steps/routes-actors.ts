import { contains, parseCidr } from '../../shared/migration/cidr.ts';
import { TARGET } from './fixtures.ts';
import { POD_RANGE, podCidr, routeName } from './routes-names.ts';
import type { RoutesWorld } from './routes-world.ts';

/** What machine controller and cloud-controller-manager do between two rounds of the step. */
export function othersAct(world: RoutesWorld): void {
  machineController(world);
  if (world.rolling) rollOne(world);
  const { managesRoutes, oldPods, allocatesFromAliases } = world.ccm;
  if (managesRoutes || (oldPods > 0 && world.oldPodsManageRoutes)) routeController(world);
  else if (allocatesFromAliases) cloudAllocator(world);
  else for (const node of world.nodes.values()) node.podCidr ??= freePodCidr(world);
  world.ccm = { ...world.ccm, oldPods: Math.max(0, oldPods - 1) };
}

/** A successor comes, and the old node goes. */
function rollOne(world: RoutesWorld): void {
  const old = [...world.nodes.values()].find(({ dualStack, leaving }) => !dualStack && !leaving);
  if (old === undefined) {
    world.rolling = [...world.nodes.values()].some(({ dualStack }) => !dualStack);
    return;
  }
  if (world.subnet.stackType !== 'IPV4_IPV6') world.violated('nodes are rolled before the subnet has IPv6');
  world.addNode(old.number + 1000, { podCidr: undefined, dualStack: true });
  old.leaving = true;
}

function machineController(world: RoutesWorld): void {
  const { nodes, instances, orphanedVms } = world;
  for (const node of nodes.values()) {
    if (!node.leaving) continue;
    const { lingers } = node;
    if (lingers !== 'vm') instances.delete(node.name);
    if (lingers !== 'node') nodes.delete(node.name);
    node.lingers = 'neither';
  }
  for (const name of instances.keys()) {
    if (nodes.has(name)) continue;
    // The VM goes a while after its Node.
    if (orphanedVms.delete(name)) instances.delete(name);
    else orphanedVms.add(name);
  }
  for (const route of world.podRoutes()) {
    const gone = !instances.has(route.nextHop?.name ?? '');
    world.routes.set(route.name, { ...route, nextHopGone: gone });
  }
}

function routeController(world: RoutesWorld): void {
  for (const node of world.nodes.values()) {
    node.podCidr ??= freePodCidr(world);
    const allowed = !world.isInPodRange(node.podCidr) || world.subnet.routesOverlapAllowed;
    if (allowed && !world.hasRoute(node) && world.instances.has(node.name)) world.addRoute(node);
  }
  const wanted = new Set([...world.nodes.values()].map(({ number }) => routeName(number)));
  for (const { name } of world.podRoutes()) if (!wanted.has(name)) world.routes.delete(name);
}

/** A machine that is made from now on comes with its alias, out of what the range has free. */
function cloudAllocator(world: RoutesWorld): void {
  for (const node of world.nodes.values()) {
    const instance = world.instances.get(node.name);
    if (node.podCidr !== undefined || instance === undefined || world.podRange() === undefined) continue;
    node.podCidr = freePodCidr(world, world.podRange()?.range);
    instance.aliases = [{ range: node.podCidr, rangeName: POD_RANGE }];
  }
}

/** As both allocators pick it: free of Nodes' pod CIDRs and of aliases; what an old route leads to is not asked. */
function freePodCidr({ instances, nodes }: RoutesWorld, range: string = TARGET.pods): string {
  const aliases = [...instances.values()].flatMap((instance) => instance.aliases.map((alias) => alias.range));
  const taken = new Set([...aliases, ...[...nodes.values()].map((node) => node.podCidr)]);
  for (let number = 1; number < 256; number += 1) {
    const free = podCidr(number);
    if (!taken.has(free) && contains(parseCidr(range), parseCidr(free))) return free;
  }
  throw new Error('the pod CIDR is used up');
}
