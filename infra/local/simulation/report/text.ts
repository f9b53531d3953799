import { LAWS } from '../laws/index.ts';
import type { Trial } from '../trial.ts';
import type { BrokenLaw, Example, Summary } from './summary.ts';

/** The summary for a human to read. */
export function summaryText(summary: Summary): string {
  const { broken, interrupted } = summary;
  const blocks = [figures(summary), ...broken.map(brokenText)];
  if (broken.length === 0) blocks.push('no law was broken');
  if (interrupted) blocks.push('interrupted: this is what was run until then');
  return `${blocks.join('\n\n')}\n`;
}

function figures(summary: Summary): string {
  const { runs, wallSeconds, runsPerSecond, tenNodeMigrationsPerSecond, simulatedHours, calls } = summary;
  return [
    `${runs} runs (${counted(summary.byCampaign)}) in ${wallSeconds} s: ${counted(summary.endings)}`,
    `${runsPerSecond} runs/s, ${tenNodeMigrationsPerSecond} ten-node migrations/s, ${calls} calls, ${simulatedHours} h simulated`,
  ].join('\n');
}

function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function brokenText({ law, runs, examples }: BrokenLaw): string {
  return [`LAW BROKEN in ${runs} runs: ${law}`, `  ${LAWS[law]}`, ...examples.map(exampleText)].join('\n');
}

function exampleText({ campaign, violation, trial, faultsBefore, historyHash }: Example): string {
  const { faults } = trial.case;
  const faultsLeft =
    faults.length === faultsBefore ? `${faultsBefore}` : `${faults.length} of ${faultsBefore}`;
  return [
    `  - ${campaign}, at ${violation.atSeconds.toFixed(1)} s: ${violation.message}`,
    `    faults: ${faultsLeft}, history ${historyHash ?? 'not told'}`,
    `    ${replayCommand(trial)}`,
  ].join('\n');
}

/** A line for the shell that runs the case again and tells its story. */
export function replayCommand(trial: Trial): string {
  const json = JSON.stringify(trial.sameEnd ? trial : trial.case);
  return `npm run simulate -- --case '${json.replaceAll("'", `'\\''`)}'`;
}
