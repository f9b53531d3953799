import type { NodesByCarrier } from '../../migration/nodes-by-carrier.ts';
import { isDualStack } from '../dual-stack-node.ts';
import { type ClusterRoutes, routedIn, survey } from './survey.ts';

/** Of the nodes with a pod CIDR and an instance, those that nobody is deleting. */
export function nodesByCarrier(routes: ClusterRoutes): NodesByCarrier {
  const known = survey(routes);
  const isRouted = routedIn(known);
  const staying = new Map(routes.nodes.flatMap((node) => (node.leaving ? [] : [[node.name, node] as const])));
  const counts = { route: 0, routeAndAlias: 0, alias: 0, dualStack: 0, nothing: 0 };
  for (const carrying of known.nodes) {
    const node = staying.get(carrying.name);
    if (node === undefined) continue;
    if (isRouted(carrying)) counts[carrying.aliased ? 'routeAndAlias' : 'route'] += 1;
    else if (!carrying.aliased) counts.nothing += 1;
    else counts[isDualStack(node) ? 'dualStack' : 'alias'] += 1;
  }
  return counts;
}
