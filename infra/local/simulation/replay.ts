import { existsSync, readFileSync } from 'node:fs';
import { parseTrial } from './case-schema.ts';
import type { Story } from './report/story.ts';
import { storyLines } from './report/story-lines.ts';
import { runCase } from './run-case.ts';
import { cleanOf, comparedWith, type Trial } from './trial.ts';

/** What was given to `--case` cannot be used; the message says why. */
export class BadCase extends Error {}

/** @param given JSON, or the name of a file that holds it. @throws BadCase */
export function trialFrom(given: string): Trial {
  const isFile = !given.trimStart().startsWith('{');
  if (isFile && !existsSync(given)) throw new BadCase(`--case: "${given}" is neither JSON nor a file`);
  try {
    return parseTrial(isFile ? readFileSync(given, 'utf8') : given);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadCase(`--case${isFile ? ` ${given}` : ''}: ${why}`, { cause: error });
  }
}

/** Runs one trial here, keeping what there is to tell of it. @throws Error when its world cannot be made. */
export async function replay(trial: Trial): Promise<Story> {
  const faults: string[] = [];
  const lines: string[] = [];
  const verdict = await runCase(trial.case, {
    line: (line) => {
      if (/^[\d.]+ fault /.test(line)) faults.push(line);
    },
    over: async (world) => {
      lines.push(...(await storyLines(world, faults)));
    },
  });
  if (!trial.sameEnd) return { trial, verdict, lines };
  return { trial, verdict: comparedWith(await runCase(cleanOf(trial.case)), verdict), lines };
}
