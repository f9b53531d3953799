import type { NodeDrain } from '../node-drain.ts';
import type { ApiServer } from './api-server.ts';
import { evictionBudgets } from './disruption-budgets.ts';
import { drainableNodes } from './drainable-nodes.ts';
import { drainablePods } from './drainable-pods.ts';

/** The port {@link NodeDrain} over the shoot's API server. */
export function nodeDrain(api: ApiServer): NodeDrain {
  return { ...drainableNodes(api), ...evictionBudgets(api), ...drainablePods(api) };
}
