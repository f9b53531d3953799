import { lastSegment } from '../../gce/core/links.ts';
import { Carriers } from './carriers.ts';
import { DELETION_MS, Disturbances } from './disturbances.ts';
import { mayCut } from './plan.ts';
import type { LawWatcher } from './scene.ts';

/** What was lost before the alias began to go was not lost by that: longer than a change takes through the network. */
const USELESS_MS = 15_000;

/**
 * Looks at the project itself, at every change: stronger than reachability, which a lucky delay may save. What somebody else
 * takes away breaks no law of the product; that traffic comes back then is a matter of `traffic arrives`,
 * and so is an alias through which nothing has arrived for a while.
 */
export const everyNodeIsCarried: LawWatcher = (scene) => {
  const { world, stored, resources, hand, broken } = scene;
  const carriers = new Carriers(resources);
  const disturbances = new Disturbances(scene);

  function lost(instance: string, podCidr: string, what: string): void {
    if (carriers.of(instance, podCidr).size > 0 || mayCut(stored)) return;
    const live = world.compute.dataPlane.liveNodes();
    if (!live.some((node) => node.instance === instance && node.podCidr === podCidr)) return;
    if (disturbances.aliasTakenLately(instance, world.clock.now(), DELETION_MS)) return;
    broken('every node is carried', `${instance} has no carrier of ${podCidr} once ${what} is gone`);
  }

  function hasBeenLost(instance: string): boolean {
    const now = world.clock.now();
    return world
      .gaps()
      .some(({ node, from, to }) => node === instance && to === now && now - from > USELESS_MS);
  }

  return {
    changed: (event) => {
      disturbances.changed(event);
      switch (event.type) {
        case 'route-inserted':
          return carriers.routeCame(event.route);
        case 'instance-inserted':
          return carriers.instanceCame(event.instance);
        case 'alias-added':
          return carriers.aliasCame(event.instance.name, event.alias.ipCidrRange);
        case 'route-deleted': {
          const { name, destRange, nextHopInstance } = event.route;
          carriers.routeWent(event.route);
          if (nextHopInstance !== undefined && hand.deletedRoute(name)) {
            lost(lastSegment(nextHopInstance), destRange, `the route ${name}`);
          }
          return;
        }
        case 'alias-removed': {
          const { instance, alias } = event;
          carriers.aliasWent(instance.name, alias.ipCidrRange);
          if (hand.tookAlias(instance.name, alias.ipCidrRange) && !hasBeenLost(instance.name)) {
            lost(instance.name, alias.ipCidrRange, 'its alias IP range');
          }
          return;
        }
        default:
          return;
      }
    },
  };
};
