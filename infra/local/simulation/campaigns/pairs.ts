import { seededRandom } from '../../random.ts';
import { isEffect } from '../calls.ts';
import type { Case } from '../case.ts';
import type { RequestCrash } from '../faults/requests.ts';
import { type Campaign, plainCase, type Scope, type Surveyor, strategiesOf } from './campaign.ts';
import { sampleOf, shareOf } from './share.ts';

/**
 * Every pair of deaths that differ for the world. A process leaves nothing behind but what the world holds, so that dying
 * before a call is dying after the effect before it: of N calls only those with an effect count, and only the death after
 * it. The second death is one in the run that the first led to, whose calls are counted by running it.
 */
export const pairs: Campaign = {
  about:
    'Two instances die, each after an effect and before its answer, for all pairs; the end must be the same.',
  async *trials(scope, survey) {
    const { runs, ...rest } = scope;
    const first = await deaths(rest, survey);
    const among = runs === undefined ? first : sampleOf(first, firstsFor(runs), seededRandom(scope.seed));
    for (const [index, once] of shareOf(among, rest).entries()) {
      const survived = await survey(once);
      const again = secondDeaths(once, survived?.calls);
      const seconds =
        runs === undefined
          ? again
          : sampleOf(again, Math.ceil(runs / among.length), seededRandom(scope.seed + index));
      for (const twice of seconds) yield { case: twice, sameEnd: true };
    }
  },
};

/** As many first deaths as second ones for each: both are taken from everywhere in the run. */
function firstsFor(runs: number): number {
  return Math.ceil(Math.sqrt(runs));
}

async function deaths(scope: Scope, survey: Surveyor): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const strategy of strategiesOf(scope)) {
    const plain = plainCase(scope, strategy);
    const clean = await survey(plain);
    for (const nth of effectsAmong(clean?.calls)) cases.push({ ...plain, faults: [deathAt(nth)] });
  }
  return cases;
}

function secondDeaths(once: Case, calls: readonly string[] | undefined): readonly Case[] {
  const [first] = once.faults;
  const firstAt = first !== undefined && 'nth' in first ? first.nth : 0;
  return effectsAmong(calls)
    .filter((nth) => nth > firstAt)
    .map((nth) => ({ ...once, faults: [...once.faults, deathAt(nth)] }));
}

/** Numbers of the calls that may change something, among all calls, from 1. */
function effectsAmong(calls: readonly string[] = []): readonly number[] {
  return calls.flatMap((call, index) => (isEffect(call) ? [index + 1] : []));
}

function deathAt(nth: number): RequestCrash {
  return { kind: 'crash at request', calls: '', nth, when: 'after' };
}
