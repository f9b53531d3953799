import { z } from 'zod';

/** A list that the API leaves out, or writes as `null`, when it is empty. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

const stringMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? {});

export const metadataSchema = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  resourceVersion: z.string().optional(),
  labels: stringMap,
  annotations: stringMap,
  ownerReferences: listOf(
    z.object({
      apiVersion: z.string(),
      kind: z.string(),
      name: z.string(),
      controller: z.boolean().nullish(),
    }),
  ),
  finalizers: listOf(z.string()),
  deletionTimestamp: z.string().nullish(),
});
export type Metadata = z.output<typeof metadataSchema>;

export const selectorSchema = z.looseObject({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z
    .array(
      z.looseObject({
        key: z.string(),
        operator: z.string(),
        values: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
});
export type Selector = z.output<typeof selectorSchema>;

/** What is known of objects of which only the presence counts. */
export const namedSchema = z.object({ metadata: metadataSchema });
