import { z } from 'zod';

const share = z.union([z.number().int().min(0), z.string().regex(/^\d+%$/)]);

const worker = z.looseObject({
  name: z.string(),
  // The local world's default; Gardener's own is 1.
  maxSurge: share.default(3),
  maxUnavailable: share.default(0),
  updateStrategy: z.string().default('AutoRollingUpdate'),
});

const pendingRollout = z.object({ name: z.string(), lastInitiationTime: z.string() });

const shootSchema = z.looseObject({
  metadata: z.looseObject({
    resourceVersion: z.string(),
    generation: z.number().default(1),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({
    networking: z
      .looseObject({
        ipFamilies: z.array(z.string()).default(['IPv4']),
        nodes: z.string(),
        pods: z.string(),
        services: z.string(),
      })
      .optional(),
    provider: z.looseObject({ workers: z.array(worker).default([]) }),
  }),
  status: z
    .looseObject({
      observedGeneration: z.number().optional(),
      lastOperation: z.looseObject({ state: z.string() }).optional(),
      manualWorkerPoolRollout: z
        .looseObject({ pendingWorkersRollouts: z.array(pendingRollout).default([]) })
        .optional(),
    })
    .prefault({}),
});

export type Shoot = z.output<typeof shootSchema>;
export type Worker = z.output<typeof worker>;
export type PendingRollout = z.output<typeof pendingRollout>;

/** @throws Error naming the field, for a Shoot that gardenlet cannot read. */
export function parseShoot(object: unknown): Shoot {
  const parsed = shootSchema.safeParse(object);
  if (parsed.success) return parsed.data;
  throw new Error(`Shoot: ${z.prettifyError(parsed.error)}`);
}
