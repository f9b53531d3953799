import { z } from 'zod';
import { listOf, metadataSchema } from './common.ts';

const portSchema = z.object({
  name: z.string().nullish(),
  port: z.number(),
  protocol: z.string().nullish(),
  targetPort: z.union([z.number(), z.string()]).nullish(),
  appProtocol: z.string().nullish(),
});

export const serviceSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    type: z.string().nullish(),
    clusterIP: z.string().nullish(),
    clusterIPs: listOf(z.string()),
    ipFamilies: listOf(z.string()),
    ipFamilyPolicy: z.string().nullish(),
    selector: z.record(z.string(), z.string()).nullish(),
    externalName: z.string().nullish(),
    externalTrafficPolicy: z.string().nullish(),
    sessionAffinity: z.string().nullish(),
    loadBalancerIP: z.string().nullish(),
    loadBalancerClass: z.string().nullish(),
    loadBalancerSourceRanges: listOf(z.string()),
    ports: listOf(portSchema),
  }),
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: listOf(z.object({ ip: z.string().nullish(), hostname: z.string().nullish() })),
        })
        .nullish(),
    })
    .prefault({}),
});
export type Service = z.output<typeof serviceSchema>;

export const endpointSliceSchema = z.object({
  metadata: metadataSchema,
  addressType: z.string(),
  endpoints: listOf(
    z.object({
      addresses: listOf(z.string()),
      conditions: z.object({ ready: z.boolean().nullish() }).nullish(),
    }),
  ),
});
