import { NETWORK_PLUGINS } from '../../../../shared/migration/network-plugins.ts';
import { STRATEGIES } from '../../../../shared/migration/plan.ts';
import { exampleCluster } from '../../example/nodes.ts';
import { type Random, seededRandom } from '../../random.ts';
import type { Case } from '../case.ts';
import { randomFaults } from '../faults/index.ts';
import type { Campaign, Scope } from './campaign.ts';
import { otherPositions } from './switches.ts';

/** When the scope names no number. */
const RUNS = 500;

/** So many faults do not yet hide one another. */
const MOST_FAULTS = 6;

/** Of ten cases: most are small, since they are many; some are as large as the one the speed is measured by. */
const NODES = [1, 2, 3, 3, 4, 4, 4, 6, 8, 10];

const { zones: ZONES } = exampleCluster({ nodes: 1 });

/** One case for each seed from the given one on: everything else of it follows from its seed. */
export const random: Campaign = {
  about:
    'Whatever the seed says: size, strategy, plugin, instances, switches, and up to six faults of any kind.',
  async *trials(scope) {
    const { seed, runs = RUNS, slice } = scope;
    for (let index = 0; index < runs; index += 1) {
      if (slice !== undefined && index % slice.parts !== slice.part - 1) continue;
      yield { case: randomCase(seed + index, scope), sameEnd: false };
    }
  },
};

/** The case of a seed; what the scope fixes is not left to chance. */
export function randomCase(seed: number, { nodes, strategy }: Pick<Scope, 'nodes' | 'strategy'>): Case {
  const chance = seededRandom(seed);
  // Always drawn, so that the rest of the case does not depend on what the scope fixes.
  const drawn = { nodes: oneOf(chance, NODES), strategy: oneOf(chance, STRATEGIES) };
  const networkPlugin = oneOf(chance, NETWORK_PLUGINS);
  const instances = oneOf(chance, [1, 2, 3]);
  const switches = chance() < 0.8 ? {} : oneOf(chance, otherPositions());
  const clients = chance() < 0.05 ? ({ clients: 'real' } as const) : {};
  const size = nodes ?? drawn.nodes;
  const ways = strategy ?? drawn.strategy;
  const faults = randomFaults(chance, {
    nodes: size,
    strategy: ways,
    instances,
    zones: ZONES,
    most: MOST_FAULTS,
  });
  return { seed, nodes: size, strategy: ways, networkPlugin, instances, switches, ...clients, faults };
}

function oneOf<Item>(chance: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(chance() * items.length)];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}
