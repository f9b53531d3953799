import { z } from 'zod';
import type { KubernetesObject } from '../object/object.ts';
import { loose, stringMap } from '../object/object.ts';
import { condition } from './common.ts';

/** Kinds whose content no rule reads. */
export const anyFields = loose({});

export const configMapFields = loose({ data: stringMap.optional(), binaryData: stringMap.optional() });
export type ConfigMap = KubernetesObject & z.infer<typeof configMapFields>;

export const secretFields = loose({
  type: z.string().optional(),
  data: stringMap.optional(),
  stringData: stringMap.optional(),
});
export type Secret = KubernetesObject & z.infer<typeof secretFields>;

export const namespaceFields = loose({
  status: loose({ phase: z.string().optional() }).optional(),
});
export type Namespace = KubernetesObject & z.infer<typeof namespaceFields>;

export const shootFields = loose({
  status: loose({ constraints: z.array(condition).optional() }).optional(),
});
export type Shoot = KubernetesObject & z.infer<typeof shootFields>;

const endpointAddress = loose({ ip: z.string() });
export const endpointsFields = loose({
  subsets: z
    .array(
      loose({
        addresses: z.array(endpointAddress).optional(),
        notReadyAddresses: z.array(endpointAddress).optional(),
      }),
    )
    .optional(),
});
export type Endpoints = KubernetesObject & z.infer<typeof endpointsFields>;

export const endpointSliceFields = loose({
  addressType: z.string(),
  endpoints: z
    .array(
      loose({
        addresses: z.array(z.string()),
        conditions: loose({ ready: z.boolean().optional() }).optional(),
        nodeName: z.string().optional(),
      }),
    )
    .optional(),
});
export type EndpointSlice = KubernetesObject & z.infer<typeof endpointSliceFields>;
