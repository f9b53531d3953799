import { describe, expect, it } from 'vitest';
import { daemonSetRollout, deploymentRollout } from '../../shared/kubernetes/client/rollout.ts';

describe('a Deployment', () => {
  const out = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
  const rollout = (status: object, generation = 2) =>
    deploymentRollout({
      metadata: { generation },
      spec: { replicas: 2, selector: {}, template: {} },
      status: { ...out, ...status },
    });

  it('is out when all its replicas are of the present template and available', () => {
    expect(rollout({})).toEqual({ complete: true, updated: 2, desired: 2 });
  });

  it.each([
    ['the counts are of an earlier template', { observedGeneration: 1 }],
    ['a replica is not updated', { updatedReplicas: 1 }],
    ['an old replica is left', { replicas: 3 }],
    ['a replica is not available', { availableReplicas: 1 }],
    ['the controller has not looked yet', { observedGeneration: undefined }],
  ])('is not out while %s', (_, status) => {
    expect(rollout(status).complete).toBe(false);
  });
});

describe('a DaemonSet', () => {
  const out = {
    observedGeneration: 2,
    desiredNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
    currentNumberScheduled: 3,
    numberMisscheduled: 0,
    numberReady: 3,
  };
  const rollout = (status: object) =>
    daemonSetRollout({ metadata: { generation: 2 }, status: { ...out, ...status } });

  it('is out when every node has an available pod of the present template', () => {
    expect(rollout({})).toEqual({ complete: true, updated: 3, desired: 3 });
  });

  it.each([
    ['the counts are of an earlier template', { observedGeneration: 1 }],
    ['a node still has the old pod', { updatedNumberScheduled: 2 }],
    ['a pod is not available', { numberAvailable: 2 }],
  ])('is not out while %s', (_, status) => {
    expect(rollout(status).complete).toBe(false);
  });
});
