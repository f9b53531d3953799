import { readdirSync, readFileSync } from 'node:fs';
import { parseTrial } from '../case-schema.ts';
import type { Trial } from '../trial.ts';

const FOLDER = new URL('../../../../test/simulation/kept/', import.meta.url);

/** The cases that once showed a defect, and stay as tests. */
export function keptTrials(): readonly Trial[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => parseTrial(readFileSync(new URL(name, FOLDER), 'utf8')));
}
