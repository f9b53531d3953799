import { readFileSync } from 'node:fs';

/** The JSON file's content; undefined when there is none or it was cut off in the middle. */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
