import { z } from 'zod';
import { isStepName } from '../migration/steps.ts';
import { PARTS, type ReasonName } from './parts.ts';
import { REMEDIES } from './remedies.ts';
import { SOURCES } from './sources.ts';

/** One reason as one part of the product gives it. */
export const explanationSchema = z.strictObject({
  name: z.string().describe('The reason’s name, as history, status and findings show it.'),
  part: z.string().describe('The step, or the part of the product, that gives it.'),
  step: z.string().optional().describe('The step’s name, where a step gives it.'),
  sentence: z.string().describe('What it means, in one sentence.'),
  whatToDo: z.string().optional().describe('What a human does about it, where that is always the same.'),
  source: z.string().optional().describe('Where it comes from, where it is not the product’s own.'),
});
export type Explanation = z.infer<typeof explanationSchema>;

/** Every reason of every part, by name, then by part in the order of a migration. */
export const EXPLANATIONS: readonly Explanation[] = everyExplanation();

const byName = Map.groupBy(EXPLANATIONS, ({ name }) => name);

/** What a reason means in each part that gives it; empty for a name that is none. Upper and lower case as in the code. */
export function explain(name: string): readonly Explanation[] {
  return byName.get(name) ?? [];
}

/** The documented sentence of a reason; that of `step` where several parts give it. Undefined for a name that is none. */
export function sentenceOf(name: string, step?: string): string | undefined {
  const known = explain(name);
  return (known.find((each) => each.step === step) ?? known[0])?.sentence;
}

function everyExplanation(): readonly Explanation[] {
  return Object.entries(PARTS)
    .flatMap(([part, reasons]) =>
      Object.entries(reasons).map(([name, sentence]) => ({
        name,
        part,
        ...(isStepName(part) && { step: part }),
        sentence,
        ...saidOf(name),
      })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function saidOf(name: string): Pick<Explanation, 'whatToDo' | 'source'> {
  const whatToDo: string | undefined = REMEDIES[name as ReasonName];
  const source: string | undefined = SOURCES[name as ReasonName];
  return { ...(whatToDo !== undefined && { whatToDo }), ...(source !== undefined && { source }) };
}
