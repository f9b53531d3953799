import { systemClock } from '../../../shared/clock.ts';
import { runCommand } from '../run-command.ts';
import { BY_DEFAULT, CAMPAIGNS, type CampaignName } from './campaigns/index.ts';
import { brokenLawsOf } from './examples.ts';
import { Judge } from './judge.ts';
import { type SimulateOptions, simulateOptions } from './options.ts';
import { BadCase, replay, trialFrom } from './replay.ts';
import { progressOf } from './report/progress.ts';
import { storyText } from './report/story.ts';
import { type Summary, summaryOf } from './report/summary.ts';
import { summaryText } from './report/text.ts';
import { runCampaign } from './run-campaign.ts';
import { Tally } from './tally.ts';
import { WorkerPool } from './workers/pool.ts';

/**
 * On the wall. A case that is stuck lives through two simulated days and takes some seconds; one that takes longer than
 * this turns in a circle without time passing.
 */
const PATIENCE_MS = 600_000;

await runCommand(main, { usage: [BadCase] });

/** `npm run simulate`. Returns the exit code: 0 no law broken, 1 some were, 2 bad usage, 130 interrupted. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const options = simulateOptions(args);
  if (options.case !== undefined) return await replayOne(options.case, options.json);
  const summary = await runAll(options, interrupted);
  process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
  if (summary.broken.length > 0) return 1;
  return summary.interrupted ? 130 : 0;
}

async function replayOne(given: string, json: boolean): Promise<number> {
  const story = await replay(trialFrom(given));
  process.stdout.write(json ? `${JSON.stringify(story.verdict)}\n` : storyText(story));
  return story.verdict.violations.length === 0 ? 0 : 1;
}

async function runAll(options: SimulateOptions, signal: AbortSignal): Promise<Summary> {
  const startedAt = systemClock.now();
  const tally = new Tally();
  const pool = new WorkerPool(options.workers, PATIENCE_MS);
  const stop = () => void pool.stop();
  signal.addEventListener('abort', stop, { once: true });
  const progress = progressOf(tally);
  const judge = new Judge(pool, tally);
  for (const { name, runs } of chosen(options)) {
    progress.at(name);
    const scope = { ...options, ...(runs !== undefined && { runs }) };
    await runCampaign(name, CAMPAIGNS[name], scope, { judge, atOnce: options.workers, signal });
  }
  const wallSeconds = (systemClock.now() - startedAt) / 1_000;
  const again = new Judge(pool, new Tally());
  const broken = await brokenLawsOf(
    tally.failures,
    async (trial) => {
      progress.at('shortening what failed');
      const survey = await again.try('again', trial);
      return new Set(survey?.verdict.violations.map(({ law }) => law));
    },
    signal,
  );
  progress.end();
  await pool.stop();
  return summaryOf(tally, broken, { seed: options.seed, wallSeconds, interrupted: signal.aborted });
}

/** The campaigns to run, each with the number of its cases, where that is not all. */
function chosen({
  campaigns,
  runs,
}: SimulateOptions): readonly { name: CampaignName; runs: number | undefined }[] {
  if (campaigns.length > 0) return campaigns.map((name) => ({ name, runs }));
  return BY_DEFAULT.map(({ name, runs: some }) => ({ name, runs: runs ?? some }));
}
