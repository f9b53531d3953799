import { lastSegment } from '../../gce/core/links.ts';
import type { Route } from '../../gce/index.ts';
import { Disturbances } from './disturbances.ts';
import { isLedBack, strategyOf } from './plan.ts';
import type { LawWatcher, Scene } from './scene.ts';
import { ShownAliases } from './shown-aliases.ts';
import { numberAt, textAt } from './stored.ts';
import { UncheckedDeletions } from './unchecked-deletions.ts';

/** The three laws about the moment at which a route’s deletion is asked for. */
export const deletionsAreSafe: LawWatcher = (scene) => {
  const { world, stored, resources, broken } = scene;
  const shown = new ShownAliases();
  const unchecked = new UncheckedDeletions(scene);
  const disturbances = new Disturbances(scene);
  const routes = new Map(resources.routes.values().map((route) => [route.name, route]));

  function liveNodeBehind({ destRange, nextHopInstance = '' }: Route): string | undefined {
    const instance = lastSegment(nextHopInstance);
    const live = world.compute.dataPlane.liveNodes();
    return live.some((node) => node.instance === instance && node.podCidr === destRange)
      ? instance
      : undefined;
  }

  function deletionAsked(route: Route): void {
    const lacking = missingOnRecord(route, scene);
    if (lacking !== undefined) {
      broken('recorded before deleted', `the deletion of ${route.name} was asked for, but ${lacking}`);
    }
    const node = liveNodeBehind(route);
    if (node === undefined) unchecked.askedOfLeaving(lastSegment(route.nextHopInstance ?? ''));
    if (node === undefined || strategyOf(stored) !== 'overlap' || isLedBack(stored)) return;
    const why = shown.lacking(node, route.destRange);
    const taken =
      !shown.isThere(node, route.destRange) && disturbances.aliasTakenLately(node, world.clock.now());
    if (why !== undefined && !taken) {
      broken('aliased before deleted', `the deletion of ${route.name} was asked for, but ${why}`);
    }
    const others = unchecked.whyNot(route.name, numberAt(stored.migration, 'plan', 'nodesAtOnce') ?? 1);
    if (others !== undefined) {
      broken(
        'checked before the next deletion',
        `the deletion of ${route.name} was asked for, but ${others}`,
      );
    }
    unchecked.asked(route.name, node);
  }

  return {
    asked: (request) => {
      const { verb, collection, name = '' } = request;
      if (collection === 'instances' && verb === 'GET') return (answer) => shown.read(answer);
      if (collection !== 'routes' || verb !== 'DELETE') return undefined;
      const route = routes.get(name);
      if (route !== undefined) deletionAsked(route);
      return undefined;
    },
    changed: (event) => {
      disturbances.changed(event);
      if (event.type === 'route-inserted') {
        routes.set(event.route.name, event.route);
        unchecked.backAgain(event.route.name);
      }
      if (event.type === 'route-deleted') {
        routes.delete(event.route.name);
        unchecked.deleted(event.route.name);
      }
      if (event.type === 'alias-added') shown.came(event.instance.name, event.alias.ipCidrRange);
      if (event.type === 'alias-removed') shown.went(event.instance.name, event.alias.ipCidrRange);
      if (event.type === 'instance-inserted') shown.instanceCame(event.instance);
    },
    called: (call) => unchecked.looked(call),
  };
};

/** What the record lacks to create the route again; undefined when nothing. */
function missingOnRecord(route: Route, { stored }: Pick<Scene, 'stored'>): string | undefined {
  const record = stored.routeRecord(route.name);
  if (record === undefined) return 'there is no record of it';
  const wanted = {
    name: route.name,
    instance: lastSegment(route.nextHopInstance ?? ''),
    zone: /\/zones\/([^/]+)\//.exec(route.nextHopInstance ?? '')?.[1] ?? '',
    podCidr: route.destRange,
    network: lastSegment(route.network),
    description: route.description ?? '',
  };
  for (const [field, value] of Object.entries(wanted)) {
    if (textAt(record, field) !== value)
      return `its record says ${field} ${textAt(record, field)}, not ${value}`;
  }
  return numberAt(record, 'priority') === route.priority
    ? undefined
    : `its record says priority ${numberAt(record, 'priority')}, not ${route.priority}`;
}
