import { z } from 'zod';
import { listOf, metadataSchema } from './common.ts';

export const ingressSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ rules: listOf(z.object({ host: z.string().nullish() })) }).prefault({}),
});

/** Of Gardener's external-dns-management: the records of one name. */
export const dnsEntrySchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ dnsName: z.string(), targets: listOf(z.string()), text: listOf(z.string()) }),
});

/** Of kubernetes-sigs/external-dns: records, each of a type. */
export const dnsEndpointSchema = z.object({
  metadata: metadataSchema,
  spec: z
    .object({
      endpoints: listOf(
        z.object({
          dnsName: z.string(),
          recordType: z.string().nullish(),
          targets: listOf(z.string()),
        }),
      ),
    })
    .prefault({}),
});
