import { z } from 'zod';
import type { Compute, Route } from '../compute.ts';
import { ResourceNotFound } from '../errors.ts';
import type { Api } from './api.ts';
import { instanceOf, nameOf } from './links.ts';
import { allPages, PAGE_SIZE, refuseIncomplete, warningSchema } from './pages.ts';
import { isAlreadyThere } from './refusals.ts';

/** Of the API when a route states none. */
const DEFAULT_PRIORITY = 1000;

const routeSchema = z.object({
  name: z.string(),
  network: z.string(),
  destRange: z.string(),
  description: z.string().nullish(),
  priority: z.number().nullish(),
  tags: z.array(z.string()).default([]),
  routeType: z.string().nullish(),
  nextHopNetwork: z.string().nullish(),
  nextHopPeering: z.string().nullish(),
  nextHopInstance: z
    .string()
    .refine((link) => instanceOf(link) !== undefined, 'expected the URL of an instance')
    .nullish(),
  warnings: z.array(z.object({ code: z.string().nullish() })).default([]),
});

const listSchema = z.object({ items: z.array(routeSchema).default([]), warning: warningSchema });

/** Static routes: global, never patched, their operations are global ones. */
export function googleRoutes(api: Api): Pick<Compute, 'routes' | 'deleteRoute' | 'createRoute'> {
  const { project, clients } = api;
  return {
    /** Without a server-side filter: one that is understood differently would hide routes. */
    async routes(network) {
      const call = `routes.list ${network}`;
      const all = await allPages(
        api,
        call,
        async (pageToken, options) => {
          const request = { project, maxResults: PAGE_SIZE, ...(pageToken !== undefined && { pageToken }) };
          const [, , answer] = await (await clients.routes()).list(request, options);
          return answer;
        },
        (answer) => {
          const { items, warning } = api.understood(call, listSchema, answer);
          refuseIncomplete(call, warning);
          return items;
        },
      );
      return all.filter((route) => isStatic(route) && nameOf(route.network) === network).map(routeOf);
    },

    async deleteRoute(route) {
      try {
        await api.change(`routes.delete ${route}`, async (requestId, options) =>
          (await clients.routes()).delete({ project, route, requestId }, options),
        );
      } catch (error) {
        if (!(error instanceof ResourceNotFound)) throw error;
      }
    },

    async createRoute({ name, network, destination, description, priority, nextHop }) {
      const routeResource = {
        name,
        network: `projects/${project}/global/networks/${network}`,
        destRange: destination,
        description,
        priority,
        ...(nextHop !== undefined && {
          nextHopInstance: `projects/${project}/zones/${nextHop.zone}/instances/${nextHop.name}`,
        }),
      };
      try {
        await api.change(`routes.insert ${name}`, async (requestId, options) =>
          (await clients.routes()).insert({ project, routeResource, requestId }, options),
        );
      } catch (error) {
        if (!isAlreadyThere(error)) throw error;
      }
    },
  };
}

/** The list also shows the routes of subnets and peerings, which nobody can delete (gcp-compute-semantics.md §2.3). */
function isStatic({ routeType, nextHopNetwork, nextHopPeering }: z.output<typeof routeSchema>): boolean {
  return (routeType ?? 'STATIC') === 'STATIC' && !nextHopNetwork && !nextHopPeering;
}

function routeOf(route: z.output<typeof routeSchema>): Route {
  return {
    name: route.name,
    network: nameOf(route.network),
    destination: route.destRange,
    description: route.description ?? '',
    priority: route.priority ?? DEFAULT_PRIORITY,
    tags: route.tags,
    nextHop: route.nextHopInstance ? instanceOf(route.nextHopInstance) : undefined,
    nextHopGone: route.warnings.some(({ code }) => code === 'NEXT_HOP_INSTANCE_NOT_FOUND'),
  };
}
