import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { expect, test } from 'vitest';
import { cleanCases } from '../../infra/local/simulation/mutants/hunt.ts';
import { hunted } from '../../infra/local/simulation/mutants/hunters.ts';
import { MUTANTS } from '../../infra/local/simulation/mutants/list/index.ts';
import { edited } from '../../infra/local/simulation/mutants/mutant.ts';
import { surveyCase } from '../../infra/local/simulation/survey.ts';

test('there are at least fifteen mutants', () => {
  expect(Object.keys(MUTANTS).length).toBeGreaterThanOrEqual(15);
});

test.each(Object.entries(MUTANTS))(
  '%s still fits the source, changes it and can be loaded',
  async (_, { edits }) => {
    expect(edits.length).toBeGreaterThan(0);
    for (const [file, all] of Map.groupBy(edits, (edit) => edit.file)) {
      const source = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
      const mutated = all.reduce(edited, source);
      expect(mutated).not.toBe(source);
      expect(() => stripTypeScriptTypes(mutated)).not.toThrow();
    }
  },
);

test('an edit that fits nowhere, or in two places, is refused with its file', () => {
  const edit = { file: 'shared/some.ts', find: 'here', replace: 'there' };
  expect(() => edited('nowhere else but here, and here', edit)).toThrow(
    'shared/some.ts: expected once, found 3 times: here',
  );
  expect(() => edited('', edit)).toThrow('expected once, found 0 times');
});

test('a defect is caught by the law that it breaks, in a thread of its own; this one does not get it', {
  timeout: 120_000,
}, async () => {
  const references = [];
  for (const theCase of cleanCases(1)) references.push((await surveyCase(theCase)).verdict);
  const quarry = { name: 'clear-all-records-at-once', references, seed: 1, runsPerCampaign: 1 };
  const outcome = await hunted(quarry, 100_000, new AbortController().signal);
  expect(outcome).toMatchObject({ kind: 'caught', campaign: 'clean run', runs: 1 });
  expect(outcome.kind === 'caught' && outcome.violations.map(({ law }) => law)).toContain('records stay');
  const [clean] = cleanCases(1);
  expect(clean && (await surveyCase(clean)).verdict.violations).toEqual([]);
});
