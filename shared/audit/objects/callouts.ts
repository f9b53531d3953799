import { z } from 'zod';
import { listOf, metadataSchema } from './common.ts';

const serviceReference = z.object({ namespace: z.string(), name: z.string(), port: z.number().nullish() });

const clientConfig = z.object({ url: z.string().nullish(), service: serviceReference.nullish() });

export const webhooksSchema = z.object({
  metadata: metadataSchema,
  webhooks: listOf(z.object({ name: z.string(), clientConfig, failurePolicy: z.string().nullish() })),
});
export type Webhooks = z.output<typeof webhooksSchema>;

export const apiServiceSchema = z.object({
  metadata: metadataSchema,
  /** Without a service the API server serves the group itself. */
  spec: z.object({ service: serviceReference.nullish() }).prefault({}),
});

/** Of a definition only how it converts is kept: its schema is most of it, and large. */
export const crdSchema = z.object({
  metadata: metadataSchema,
  spec: z
    .object({
      conversion: z
        .object({ webhook: z.object({ clientConfig: clientConfig.nullish() }).nullish() })
        .nullish(),
    })
    .prefault({}),
});
