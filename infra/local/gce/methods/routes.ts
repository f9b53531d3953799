import { alreadyExists, invalid, notFound } from '../core/errors.ts';
import { GLOBAL } from '../core/links.ts';
import type { Method } from '../core/method.ts';
import { param } from '../core/method.ts';
import { referencedNetwork } from '../core/networks.ts';
import type { Project } from '../core/project.ts';
import type { Route } from '../core/resources.ts';
import {
  checkDestination,
  checkRouteQuota,
  referencedNextHop,
  routeOf,
  routePath,
  shownRoute,
  subnetRoutes,
} from '../core/routes.ts';
import { listBody } from '../lists/list.ts';

const COLLECTION = 'projects/{project}/global/routes';
const ONE = `${COLLECTION}/{route}`;

/** Routes: get, list, insert, delete; there is no patch. All operations are global (gcp-compute-semantics.md §2.5). */
export const routeMethods: readonly Method[] = [
  {
    id: 'routes.get',
    verb: 'GET',
    path: ONE,
    quota: 'reads',
    run: ({ project }, call) => {
      const path = routePath(project, param(call, 'route'));
      const route = project.routes.get(path) ?? subnetRouteNamed(project, param(call, 'route'));
      if (route === undefined) throw notFound(path);
      return { body: shownRoute(project, route) };
    },
  },
  {
    id: 'routes.list',
    verb: 'GET',
    path: COLLECTION,
    quota: 'lists',
    run: ({ project }, call) => {
      const routes = [...project.routes.values(), ...subnetRoutes(project)].map((route) =>
        shownRoute(project, route),
      );
      return { body: listBody(call, 'compute#routeList', `projects/${project.id}/global/routes`, routes) };
    },
  },
  {
    id: 'routes.insert',
    verb: 'POST',
    path: COLLECTION,
    quota: 'writes',
    run: ({ project }, call) => {
      const route = routeOf(project, call.body);
      const target = project.pathOf(route);
      if (project.routes.has(target)) throw alreadyExists(target);
      referencedNextHop(project, route);
      if (project.switches.routeIntoRangeRefusal === 'synchronous') {
        checkDestination(project, route, 'synchronous');
      }
      const effect = () => {
        referencedNetwork(project, 'resource.network', route.network);
        checkDestination(project, route, 'operation');
        checkRouteQuota(project, route.network);
        project.putRoute({ ...route, creationTimestamp: project.timestamp() });
      };
      return {
        mutation: {
          operationType: 'insert',
          scope: GLOBAL,
          target,
          targetId: route.id,
          network: project.path(route.network),
          effect,
        },
      };
    },
  },
  {
    id: 'routes.delete',
    verb: 'DELETE',
    path: ONE,
    quota: 'writes',
    run: ({ project }, call) => {
      const target = routePath(project, param(call, 'route'));
      const route = project.routes.get(target);
      if (route === undefined && subnetRouteNamed(project, param(call, 'route')) !== undefined) {
        // Subnet routes cannot be deleted (gcp-compute-semantics.md §2.3); the text is ours.
        throw invalid('route', param(call, 'route'), 'Simulator: a subnet route cannot be deleted.');
      }
      if (route === undefined) throw notFound(target);
      return {
        mutation: {
          operationType: 'delete',
          scope: GLOBAL,
          target,
          targetId: route.id,
          network: project.path(route.network),
          effect: () => project.removeRoute(target),
        },
      };
    },
  },
];

function subnetRouteNamed(project: Project, name: string): Route | undefined {
  return name.startsWith('default-route-')
    ? subnetRoutes(project).find((route) => route.name === name)
    : undefined;
}
