import { expect, test } from 'vitest';
import { seededRandom } from '../../infra/local/random.ts';
import type { Campaign } from '../../infra/local/simulation/campaigns/index.ts';
import { pairs } from '../../infra/local/simulation/campaigns/pairs.ts';
import { sampleOf, shareOf } from '../../infra/local/simulation/campaigns/share.ts';
import type { Case } from '../../infra/local/simulation/case.ts';
import { Judge } from '../../infra/local/simulation/judge.ts';
import { runCampaign } from '../../infra/local/simulation/run-campaign.ts';
import { Tally } from '../../infra/local/simulation/tally.ts';
import type { Survey } from '../../infra/local/simulation/trial.ts';
import type { Verdict } from '../../infra/local/simulation/verdict.ts';

const CASE: Case = {
  seed: 1,
  nodes: 4,
  strategy: 'overlap',
  networkPlugin: 'calico',
  instances: 1,
  switches: {},
  faults: [],
};
const FAULTY: Case = { ...CASE, faults: [{ kind: 'crash', atCall: 3, when: 'before' }] };

function surveyOf(theCase: Case, endState: unknown, calls: readonly string[] = []): Survey {
  const verdict: Verdict = {
    case: theCase,
    ending: 'succeeded',
    standing: 'done',
    violations: [],
    calls: 1,
    historyHash: 'abc',
    endState,
    simulatedSeconds: 60,
  };
  return { verdict, calls, messages: [] };
}

test('a run that leaves another world than the clean one breaks a law that names the difference', async () => {
  const tally = new Tally();
  const ran: Case[] = [];
  const judge = new Judge(
    {
      run: async (theCase) => {
        ran.push(theCase);
        return {
          kind: 'ran',
          survey: surveyOf(theCase, { routes: theCase.faults.length === 0 ? [] : ['r'] }),
        };
      },
    },
    tally,
  );
  await judge.try('crashes', { case: FAULTY, sameEnd: true });
  await judge.try('crashes', { case: { ...FAULTY, faults: [...FAULTY.faults] }, sameEnd: true });
  expect(
    tally.failures.flatMap(({ violations }) => violations.map(({ law, message }) => [law, message])),
  ).toEqual(Array.from({ length: 2 }, () => ['same end', 'the world › routes › 0: "r" instead of nothing']));
  // The clean run once for both, and counted.
  expect(ran.filter(({ faults }) => faults.length === 0)).toHaveLength(1);
  expect(tally.runs).toBe(3);
});

test('a lost thread is a failure of its case', async () => {
  const tally = new Tally();
  const judge = new Judge({ run: async () => ({ kind: 'lost', why: 'it died' }) }, tally);
  await judge.try('random', { case: FAULTY, sameEnd: false });
  expect(tally.failures[0]?.violations[0]).toMatchObject({ law: 'the run is told', message: 'it died' });
});

test('pairs of deaths are all those of effects, the second as the run after the first makes them', async () => {
  const clean = ['documents get', 'documents commit', 'compute routes.list', 'compute routes.delete'];
  const afterFirst = [...clean.slice(0, 2), 'documents get', 'bus publish', 'documents commit'];
  const survey = async (theCase: Case) =>
    surveyOf(theCase, {}, theCase.faults.length === 0 ? clean : afterFirst);
  const found: string[] = [];
  for await (const { case: theCase } of pairs.trials({ seed: 1, strategy: 'overlap' }, survey)) {
    found.push(theCase.faults.map((fault) => ('nth' in fault ? fault.nth : '')).join(' then '));
  }
  expect(found).toEqual(['2 then 4', '2 then 5', '4 then 5']);
});

test('slices are disjoint and together all; a sample is as large as asked, in order and the same for a seed', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const slices = [1, 2, 3].flatMap((part) => shareOf(items, { seed: 1, slice: { part, parts: 3 } }));
  expect(slices.toSorted((a, b) => a - b)).toEqual(items);
  const sample = sampleOf(items, 20, seededRandom(4));
  expect(sample).toHaveLength(20);
  expect(sample).toEqual(sample.toSorted((a, b) => a - b));
  expect(sampleOf(items, 20, seededRandom(4))).toEqual(sample);
  expect(sampleOf(items, 20, seededRandom(5))).not.toEqual(sample);
});

test('a campaign that is interrupted hands out no more', async () => {
  const stop = new AbortController();
  const campaign: Campaign = {
    about: 'without end',
    async *trials() {
      for (;;) yield { case: CASE, sameEnd: false };
    },
  };
  const tally = new Tally();
  let runs = 0;
  const judge = {
    try: async () => {
      runs += 1;
      if (runs === 5) stop.abort();
      return undefined;
    },
  };
  await runCampaign('endless', campaign, { seed: 1 }, { judge, atOnce: 1, signal: stop.signal });
  expect(runs).toBe(5);
  expect(tally.runs).toBe(0);
});
