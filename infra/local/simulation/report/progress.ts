import { createLogUpdate } from 'log-update';
import type { Tally } from '../tally.ts';

/** One line that is drawn anew while cases run. */
export interface Progress {
  /** What is being run now. */
  at(campaign: string): void;
  end(): void;
}

const REDRAWN_EVERY_MS = 500;

/** On standard error when that is a terminal, and silent where it is not: a log is no place for pictures. */
export function progressOf(tally: Tally): Progress {
  if (!process.stderr.isTTY) return { at: () => {}, end: () => {} };
  const log = createLogUpdate(process.stderr);
  let campaign = '';
  const draw = () => log(progressLine(campaign, tally));
  const timer = setInterval(draw, REDRAWN_EVERY_MS);
  return {
    at: (name) => {
      campaign = name;
      draw();
    },
    end: () => {
      clearInterval(timer);
      log.clear();
    },
  };
}

export function progressLine(campaign: string, { runs, failures, byCampaign }: Tally): string {
  const broken = failures.length === 0 ? 'no law broken' : `${failures.length} with a broken law`;
  return `${campaign}: ${byCampaign.get(campaign) ?? 0} runs; ${runs} in all, ${broken}`;
}
