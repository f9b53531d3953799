import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseTrial } from '../../infra/local/simulation/case-schema.ts';
import { replay } from '../../infra/local/simulation/replay.ts';

const KEPT = new URL('./kept/', import.meta.url);
const keptCase = z.strictObject({ why: z.string().min(20), trial: z.unknown() });

const cases = readdirSync(KEPT)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...keptCase.parse(JSON.parse(readFileSync(new URL(name, KEPT), 'utf8'))) }));

describe('a case that broke a law once breaks none any more', () => {
  test.each(cases)('$name: $why', { timeout: 120_000 }, async ({ trial }) => {
    const { verdict } = await replay(parseTrial(JSON.stringify(trial)));
    expect(verdict.violations).toEqual([]);
  });

  test('whatever is kept says which defect it showed, and is a case', () => {
    for (const { trial } of cases) expect(parseTrial(JSON.stringify(trial)).case.nodes).toBeGreaterThan(0);
  });
});
