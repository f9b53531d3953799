import type { Logger } from 'pino';
import type { Migration } from '../../migration/migration.ts';
import { type ClusterRoutes, carriedNodes, survey } from './survey.ts';

/** The line that the alert on pods that are not reached is built on (`infra/gcp/metrics.tf`). */
export const WITHOUT_CARRIER_LINE = 'nodes without route and alias';

/** Names say where to look; of a thousand nodes some are enough. */
const MOST_NAMES = 20;

/**
 * One line when live nodes have a pod CIDR that neither a route nor an alias leads to; none else. Just after a node has
 * joined, and in the gap of a cutover, that is as it has to be for a while: who reads the log tells by how long it lasts, and by the
 * strategy.
 */
export function logNodesWithoutCarrier(
  log: Logger,
  { plan, position }: Pick<Migration, 'plan' | 'position'>,
  routes: ClusterRoutes,
): void {
  const known = survey(routes);
  const carried = new Set(carriedNodes(known));
  const without = known.nodes.filter((node) => !carried.has(node));
  if (without.length === 0) return;
  const nodes = without.slice(0, MOST_NAMES).map(({ name }) => name);
  log.warn({ step: position, strategy: plan.strategy, count: without.length, nodes }, WITHOUT_CARRIER_LINE);
}
