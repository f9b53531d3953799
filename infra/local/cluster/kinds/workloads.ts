import { z } from 'zod';
import type { KubernetesObject } from '../object/object.ts';
import { loose } from '../object/object.ts';
import { condition, intOrString, labelSelector } from './common.ts';
import { podTemplate } from './pod.ts';

const replicaCounts = {
  observedGeneration: z.number().optional(),
  replicas: z.number().optional(),
  readyReplicas: z.number().optional(),
  availableReplicas: z.number().optional(),
};

const rollingUpdate = loose({
  maxSurge: intOrString.optional(),
  maxUnavailable: intOrString.optional(),
});

export const deploymentFields = loose({
  spec: loose({
    replicas: z.number().int().optional(),
    selector: labelSelector,
    template: podTemplate,
    strategy: loose({ type: z.string().optional(), rollingUpdate: rollingUpdate.optional() }).optional(),
    revisionHistoryLimit: z.number().int().optional(),
    paused: z.boolean().optional(),
  }),
  status: loose({ ...replicaCounts, conditions: z.array(condition).optional() }).optional(),
});
export type Deployment = KubernetesObject & z.infer<typeof deploymentFields>;

export const replicaSetFields = loose({
  spec: loose({
    replicas: z.number().int().optional(),
    selector: labelSelector,
    template: podTemplate.optional(),
  }),
  status: loose(replicaCounts).optional(),
});
export type ReplicaSet = KubernetesObject & z.infer<typeof replicaSetFields>;

export const daemonSetFields = loose({
  spec: loose({
    selector: labelSelector,
    template: podTemplate,
    updateStrategy: loose({
      type: z.string().optional(),
      rollingUpdate: rollingUpdate.optional(),
    }).optional(),
  }),
  status: loose({
    observedGeneration: z.number().optional(),
    desiredNumberScheduled: z.number().optional(),
    numberAvailable: z.number().optional(),
    updatedNumberScheduled: z.number().optional(),
  }).optional(),
});
export type DaemonSet = KubernetesObject & z.infer<typeof daemonSetFields>;

export const podDisruptionBudgetFields = loose({
  spec: loose({
    minAvailable: intOrString.optional(),
    maxUnavailable: intOrString.optional(),
    selector: labelSelector.optional(),
    unhealthyPodEvictionPolicy: z.string().optional(),
  }).optional(),
  status: loose({
    observedGeneration: z.number().optional(),
    expectedPods: z.number().optional(),
    desiredHealthy: z.number().optional(),
    currentHealthy: z.number().optional(),
    disruptionsAllowed: z.number().optional(),
    disruptedPods: z.record(z.string(), z.string()).optional(),
    conditions: z.array(condition).optional(),
  }).optional(),
});
export type PodDisruptionBudget = KubernetesObject & z.infer<typeof podDisruptionBudgetFields>;
