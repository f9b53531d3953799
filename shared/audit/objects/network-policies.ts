import { z } from 'zod';
import { metadataSchema, selectorSchema } from './common.ts';

const ipBlockSchema = z.looseObject({ cidr: z.string(), except: z.array(z.string()).nullish() });

const peerSchema = z.looseObject({ ipBlock: ipBlockSchema.nullish() });

const portSchema = z.looseObject({
  protocol: z.string().nullish(),
  port: z.union([z.number(), z.string()]).nullish(),
  endPort: z.number().nullish(),
});
export type PolicyPort = z.output<typeof portSchema>;

const ports = z.array(portSchema).nullish();
const peers = z.array(peerSchema).nullish();

/** Loose on every level: what is suggested has the whole rules, with fields that are newer than this. */
const specSchema = z.looseObject({
  podSelector: selectorSchema.nullish(),
  policyTypes: z.array(z.string()).nullish(),
  ingress: z.array(z.looseObject({ from: peers, ports })).nullish(),
  egress: z.array(z.looseObject({ to: peers, ports })).nullish(),
});

export const networkPolicySchema = z.object({ metadata: metadataSchema, spec: specSchema.prefault({}) });
export type NetworkPolicy = z.output<typeof networkPolicySchema>;
export type IpBlock = z.output<typeof ipBlockSchema>;
