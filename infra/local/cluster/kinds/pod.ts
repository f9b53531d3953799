import { z } from 'zod';
import type { KubernetesObject } from '../object/object.ts';
import { loose, manifestMeta, stringMap } from '../object/object.ts';
import { condition, conditionOf } from './common.ts';

const container = loose({
  name: z.string(),
  image: z.string().optional(),
  env: z.array(loose({ name: z.string(), value: z.string().optional() })).optional(),
  args: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  ports: z
    .array(
      loose({
        name: z.string().optional(),
        containerPort: z.number().int(),
        protocol: z.string().optional(),
      }),
    )
    .optional(),
});
export type Container = z.infer<typeof container>;

const toleration = loose({
  key: z.string().optional(),
  operator: z.string().optional(),
  value: z.string().optional(),
  effect: z.string().optional(),
});
export type Toleration = z.infer<typeof toleration>;

export const podSpec = loose({
  containers: z.array(container),
  initContainers: z.array(container).optional(),
  nodeName: z.string().optional(),
  nodeSelector: stringMap.optional(),
  hostNetwork: z.boolean().optional(),
  restartPolicy: z.string().optional(),
  terminationGracePeriodSeconds: z.number().int().optional(),
  tolerations: z.array(toleration).optional(),
});
export type PodSpec = z.infer<typeof podSpec>;

export const podTemplate = loose({ metadata: manifestMeta.optional(), spec: podSpec });
export type PodTemplate = z.infer<typeof podTemplate>;

const podStatus = loose({
  phase: z.string().optional(),
  podIP: z.string().optional(),
  podIPs: z.array(loose({ ip: z.string() })).optional(),
  hostIP: z.string().optional(),
  startTime: z.string().optional(),
  conditions: z.array(condition).optional(),
  containerStatuses: z
    .array(
      loose({
        name: z.string(),
        ready: z.boolean().optional(),
        restartCount: z.number().optional(),
        state: loose({ waiting: loose({ reason: z.string().optional() }).optional() }).optional(),
      }),
    )
    .optional(),
});

export const podFields = loose({ spec: podSpec, status: podStatus.optional() });
export type Pod = KubernetesObject & z.infer<typeof podFields>;

export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Succeeded or Failed: it will never run again. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Counts as a replica: neither on its way out nor finished. */
export function isActive(pod: Pod): boolean {
  return !isTerminating(pod) && !isFinished(pod);
}

export function podIps(pod: Pod): string[] {
  return pod.status?.podIPs?.map((entry) => entry.ip) ?? [];
}
