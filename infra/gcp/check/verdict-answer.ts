import { z } from 'zod';

/** As much of the answer of `terraform validate -json` as matters; OpenTofu gives the same. */
const answerSchema = z.object({
  valid: z.boolean(),
  diagnostics: z
    .array(
      z.object({
        severity: z.string(),
        summary: z.string(),
        detail: z.string().optional(),
        range: z.object({ filename: z.string(), start: z.object({ line: z.number() }) }).optional(),
      }),
    )
    .default([]),
});

/** Undefined for what is not such an answer. */
export function parseVerdict(answer: string): z.output<typeof answerSchema> | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(answer)).data;
  } catch {
    return undefined;
  }
}
