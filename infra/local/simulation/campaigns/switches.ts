import { parseSwitch, SWITCHES, type Switches } from '../../gce/switches.ts';
import type { Trial } from '../trial.ts';
import { type Campaign, plainCase, strategiesOf } from './campaign.ts';
import { shareOf } from './share.ts';

/** Other lengths of what takes time, in milliseconds: nothing at all, and more than the product is likely to expect. */
const OTHER_QUANTITIES: Readonly<Record<string, readonly number[]>> = {
  hybridTransientMs: [5_000, 120_000],
  ipv6PrefixDelayMs: [0, 90_000],
  operationWaitMs: [1_000],
  operationRetentionMs: [0, 60_000],
};

/** What nobody knows about Compute Engine: every other position of every switch, alone and in pairs. */
export const switches: Campaign = {
  about:
    'What is not documented is the other way, alone and in pairs: nothing may be lost, whatever the end.',
  async *trials(scope) {
    const alone = otherPositions();
    const together = alone.flatMap((one, index) =>
      alone.slice(index + 1).flatMap((other) => (sameSwitch(one, other) ? [] : [{ ...one, ...other }])),
    );
    const trials = strategiesOf(scope).flatMap((strategy): Trial[] => {
      const plain = plainCase(scope, strategy);
      return [...alone, ...together].map((positions) => ({
        case: { ...plain, switches: positions },
        sameEnd: false,
      }));
    });
    yield* shareOf(trials, scope);
  },
};

/** Each a single switch in a position that is not its default. */
export function otherPositions(): readonly Partial<Switches>[] {
  return Object.entries(SWITCHES).flatMap(([name, entry]) => {
    const others = 'values' in entry ? entry.values.slice(1) : (OTHER_QUANTITIES[name] ?? []);
    return others.map((value) => parseSwitch(`${name}=${value}`));
  });
}

function sameSwitch(one: Partial<Switches>, other: Partial<Switches>): boolean {
  return Object.keys(one).some((name) => Object.hasOwn(other, name));
}
