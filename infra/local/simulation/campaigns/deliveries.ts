import { isEffect, numbered } from '../calls.ts';
import type { Fault } from '../faults/index.ts';
import type { Survey, Trial } from '../trial.ts';
import { type Campaign, plainCase, strategiesOf } from './campaign.ts';
import { shareOf } from './share.ts';

/** Several, so that a message that comes twice is dealt with by two of them at once. */
const INSTANCES = 2;

/**
 * Seconds after which a message comes again: at the same time; while its run still goes on; when the lease of that has just
 * run out (90 s); when its push was given up (600 s); and when its step is long over.
 */
const AGAIN_AFTER_SECONDS = [[0], [3], [95], [620], [1_800], [0, 0, 3]];
const LATE_BY_SECONDS = [5, 120, 900];
const OVERTAKEN_BY = [1, 3];

/** Longer than a lease (90 s), so that somebody else has it when the holder wakes up; and than a push waits (600 s). */
const STANDSTILL_SECONDS = [100, 700];

/** Every message twice, late, overtaken, its acknowledgement lost; every holder asleep through its lease at every effect. */
export const deliveries: Campaign = {
  about:
    'Messages come twice, at once, late, overtaken, and again; a holder sleeps through its lease: the same end.',
  async *trials(scope, survey) {
    const trials: Trial[] = [];
    for (const strategy of strategiesOf(scope)) {
      const plain = { ...plainCase(scope, strategy), instances: INSTANCES };
      const clean = await survey(plain);
      if (clean === undefined) continue;
      for (const fault of [...ofMessages(clean), ...ofHolders(clean)]) {
        trials.push({ case: { ...plain, faults: [fault] }, sameEnd: true });
      }
    }
    yield* shareOf(trials, scope);
  },
};

function ofMessages({ messages }: Survey): readonly Fault[] {
  return messages.flatMap((_, index): readonly Fault[] => {
    const nth = index + 1;
    return [
      ...AGAIN_AFTER_SECONDS.map(
        (againAfterSeconds) => ({ kind: 'duplicate', nth, againAfterSeconds }) as const,
      ),
      ...LATE_BY_SECONDS.map((seconds) => ({ kind: 'late message', nth, seconds }) as const),
      ...OVERTAKEN_BY.map((by) => ({ kind: 'overtaken', nth, by }) as const),
      { kind: 'lost acknowledgement', nth },
    ];
  });
}

function ofHolders({ calls }: Survey): readonly Fault[] {
  return numbered(calls)
    .filter((call) => isEffect(call.calls))
    .flatMap((call) =>
      STANDSTILL_SECONDS.flatMap((seconds) => [
        { kind: 'standstill', ...call, when: 'before', seconds } as const,
        { kind: 'standstill', ...call, when: 'after', seconds } as const,
      ]),
    );
}
