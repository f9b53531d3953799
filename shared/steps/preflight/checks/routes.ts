import { listed } from '../../listed.ts';
import { disagreeingRoutes } from '../../migrate-routes/contradictions.ts';
import type { PodRoute } from '../../migrate-routes/survey.ts';
import { block, type Check, pass, warn } from './check.ts';

export const nodesHaveRoutes: Check = ({ nodes, podRoutes }) => {
  const routed = new Set(podRoutes.map(({ route, destination }) => `${route.nextHop.name} ${destination}`));
  const without = nodes.filter(
    ({ aliased, instance, podCidr }) => !aliased && !routed.has(`${instance.name} ${podCidr}`),
  );
  if (without.length === 0) return pass(`each of ${nodes.length} nodes is carried by a route or an alias`);
  return warn(
    'NodeWithoutRoute',
    `${without.length} nodes have neither route nor alias, so other nodes do not reach their pods: ${listed(without.map(({ name }) => name))}.`,
    'Look whether the quota of static routes is used up; overlap and cutover give these nodes an alias.',
  );
};

export const routesHaveNodes: Check = ({ podRoutes }) => {
  const without = podRoutes.filter(({ node }) => node === undefined);
  if (without.length === 0) return pass(`each of ${podRoutes.length} pod routes leads to a node`);
  return warn(
    'RouteWithoutNode',
    `${without.length} pod routes lead to no node of the cluster: ${listed(without.map(({ route }) => `${route.name} (${route.nextHop.name})`))}.`,
    'Nothing where the instance is gone; an instance that is no node holds the migration up until it is.',
  );
};

export const oneRoutePerRange: Check = ({ podRoutes }) => {
  const doubled = [...byDestination(podRoutes)].filter(([, routes]) => routes.length > 1);
  if (doubled.length === 0) return pass('no two pod routes have the same destination');
  const message = `Several pod routes have the same destination: ${listed(doubled.map(([range, routes]) => `${range} (${routes.map(({ route }) => route.name).join(', ')})`))}.`;
  // Compute Engine ignores next hops that are gone, and two routes to one instance are as good as one.
  const divided = doubled.some(([, routes]) => {
    const live = routes.flatMap(({ instance }) => instance?.name ?? []);
    return new Set(live).size > 1;
  });
  if (!divided) return warn('TwoRoutesForOneRange', message, 'Nothing: only one instance is behind them.');
  return block(
    'TwoRoutesForOneRange',
    message,
    'Delete the one that does not lead to the node of that pod CIDR; packets are divided between them now.',
  );
};

export const routesAgreeWithNodes: Check = (scene) => {
  const podCidrs = new Map(scene.nodes.map(({ instance, podCidr }) => [instance.name, podCidr]));
  const wrong = disagreeingRoutes(scene);
  if (wrong.length === 0) return pass('every pod route leads to the node whose pod CIDR it has');
  return block(
    'RouteAndNodeDisagree',
    `Pod routes and spec.podCIDR of their nodes disagree: ${listed(wrong.map(({ route }) => `${route.name} leads ${route.destination} to ${route.nextHop.name}, which has ${podCidrs.get(route.nextHop.name)}`))}.`,
    'Delete the routes if they are leftovers; the node’s own pod CIDR is what counts.',
  );
};

/** The second lookup of hybrid routing leaves tagged routes out (make-before-break.md §2.5). */
export const routesAreUntagged: Check = ({ podRoutes }) => {
  const tagged = podRoutes.filter(({ route }) => route.tags.length > 0);
  if (tagged.length === 0) return pass('no pod route is limited by network tags');
  return warn(
    'RouteWithTags',
    `${tagged.length} pod routes carry network tags, which hybrid routing ignores: ${listed(tagged.map(({ route }) => route.name))}.`,
    'Find out who tagged them; untagged ones, as the cloud-controller-manager makes them, allow overlap.',
    ['overlap'],
  );
};

/** A next hop outside the hybrid subnet's region is a drop (make-before-break.md §2.6). */
export const routesStayInTheRegion: Check = ({ facts: { target }, podRoutes }) => {
  const abroad = podRoutes.filter(({ route }) => !route.nextHop.zone.startsWith(`${target.region}-`));
  if (abroad.length === 0) return pass(`every pod route's next hop is in ${target.region}`);
  return warn(
    'RouteLeavesRegion',
    `${abroad.length} pod routes have a next hop outside ${target.region}, where hybrid routing drops packets: ${listed(abroad.map(({ route }) => `${route.name} (${route.nextHop.zone})`))}.`,
    'A shoot has one region: find out what these instances are.',
    ['overlap'],
  );
};

function byDestination(podRoutes: readonly PodRoute[]): ReadonlyMap<string, readonly PodRoute[]> {
  return Map.groupBy(podRoutes, ({ destination }) => destination);
}
