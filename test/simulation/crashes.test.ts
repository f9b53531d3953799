import { expect, test } from 'vitest';
import { CAMPAIGNS, type CampaignName } from '../../infra/local/simulation/campaigns/index.ts';
import { Judge } from '../../infra/local/simulation/judge.ts';
import { runCampaign } from '../../infra/local/simulation/run-campaign.ts';
import { surveyCase } from '../../infra/local/simulation/survey.ts';
import { Tally } from '../../infra/local/simulation/tally.ts';
import { STRATEGIES } from '../../shared/migration/plan.ts';

/** A share of the exhaustive campaigns, in this process: `npm run simulate` runs them whole. */
async function share(
  name: CampaignName,
  runs: number,
  strategy: (typeof STRATEGIES)[number],
): Promise<Tally> {
  const tally = new Tally();
  const judge = new Judge(
    { run: async (theCase) => ({ kind: 'ran', survey: await surveyCase(theCase) }) },
    tally,
  );
  const scope = { seed: 5, nodes: 2, strategy, runs };
  await runCampaign(name, CAMPAIGNS[name], scope, { judge, atOnce: 1, signal: new AbortController().signal });
  return tally;
}

function told({ failures }: Tally): readonly string[] {
  return failures.map(
    ({ trial, violations }) => `${JSON.stringify(trial.case.faults)}: ${JSON.stringify(violations)}`,
  );
}

test.each(STRATEGIES)(
  'a death at any call leads to the same end by %s',
  { timeout: 240_000 },
  async (strategy) => {
    const tally = await share('crashes', 8, strategy);
    expect(told(tally)).toEqual([]);
    expect(tally.runs).toBe(9);
  },
);

test.each(STRATEGIES)('two deaths lead to the same end by %s', { timeout: 240_000 }, async (strategy) => {
  const tally = await share('pairs', 4, strategy);
  expect(told(tally)).toEqual([]);
  // The clean run, two first deaths, and for each of them two second ones.
  expect(tally.runs).toBe(7);
});
