import type { RequestCrash } from '../faults/requests.ts';
import type { Trial } from '../trial.ts';
import { type Campaign, plainCase, strategiesOf } from './campaign.ts';
import { shareOf } from './share.ts';

const MOMENTS = ['before', 'after'] as const satisfies readonly RequestCrash['when'][];

/** Every single death: before call i, and after its effect and before its answer, for every call of the clean run. */
export const crashes: Campaign = {
  about:
    'One instance dies, before call i or after its effect, for every call i of the clean run; the end must be the same.',
  async *trials(scope, survey) {
    const trials: Trial[] = [];
    for (const strategy of strategiesOf(scope)) {
      const plain = plainCase(scope, strategy);
      const clean = await survey(plain);
      for (const index of clean?.calls.keys() ?? []) {
        for (const when of MOMENTS) {
          const crash: RequestCrash = { kind: 'crash at request', calls: '', nth: index + 1, when };
          trials.push({ case: { ...plain, faults: [crash] }, sameEnd: true });
        }
      }
    }
    yield* shareOf(trials, scope);
  },
};
