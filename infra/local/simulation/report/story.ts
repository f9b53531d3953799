import type { Trial } from '../trial.ts';
import type { Verdict } from '../verdict.ts';

/** What is told of a single case that was run again. */
export interface Story {
  readonly trial: Trial;
  readonly verdict: Verdict;
  /** The entries of the migration's own history, and the faults as they struck. */
  readonly lines: readonly string[];
}

export function storyText({ trial, verdict, lines }: Story): string {
  const { ending, standing, violations, historyHash, calls, simulatedSeconds } = verdict;
  const told = violations.map(
    ({ law, atSeconds, message }) => `${atSeconds.toFixed(1)} s  ${law}: ${message}`,
  );
  return `${[
    JSON.stringify(trial),
    '',
    ...lines,
    '',
    `${ending}: ${standing}`,
    `${calls} calls in ${simulatedSeconds.toFixed(0)} simulated seconds, history ${historyHash}`,
    ...(told.length === 0 ? ['no law was broken'] : ['', 'LAWS BROKEN', ...told]),
  ].join('\n')}\n`;
}
