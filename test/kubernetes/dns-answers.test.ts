import { describe, expect, it } from 'vitest';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import type { Cluster } from '../../shared/kubernetes/cluster.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { kubeconfigFor } from './kubeconfig.ts';

/** The adapter over an API server that answers every request with this object: for states that no simulator comes to. */
function answering(object: object): Cluster {
  return kubernetesCluster({
    kubeconfig: parseKubeconfig(kubeconfigFor('http://127.0.0.1:1')),
    clock: virtualClock(),
    transport: async () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(object),
    }),
  });
}

describe('the Deployment of CoreDNS', () => {
  const MESSAGE = 'ReplicaSet "coredns-1" has timed out progressing.';

  async function state(status: object, spec: object = {}, generation = 4) {
    const answer = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'coredns', generation },
      spec: { replicas: 2, selector: {}, template: {}, ...spec },
      status: { observedGeneration: 4, replicas: 2, updatedReplicas: 2, ...status },
    };
    return await answering(answer).coreDns.state();
  }

  function progressing(status: string, reason: string) {
    return { conditions: [{ type: 'Progressing', status, reason, message: MESSAGE }] };
  }

  it('is stuck once its controller sees no progress of the present template', async () => {
    const exceeded = progressing('False', 'ProgressDeadlineExceeded');
    expect((await state(exceeded)).stuck).toBe(MESSAGE);
    expect((await state(exceeded, {}, 5)).stuck).toBeUndefined();
    expect((await state(progressing('True', 'ReplicaSetUpdated'))).stuck).toBeUndefined();
    expect((await state(progressing('Unknown', 'DeploymentPaused'))).stuck).toBeUndefined();
  });

  it.each<[string, boolean, object, number?]>([
    ['all pods are of the present template', false, {}],
    ['some are not available', false, { availableReplicas: 0 }],
    ['there are too many of the present template', false, { replicas: 3, updatedReplicas: 3 }],
    ['pods of an earlier template are left', true, { replicas: 3 }],
    ['pods of the present template are missing', true, { replicas: 1, updatedReplicas: 1 }],
    ['the status is of an earlier template', true, {}, 5],
  ])('when %s, it is rolling: %s', async (_what, rolling, status, generation) => {
    expect((await state(status, {}, generation)).rolling).toBe(rolling);
  });

  it('has one replica when it does not say how many, and shows that it is paused', async () => {
    expect(await state({}, { replicas: undefined, paused: true })).toMatchObject({
      replicas: 1,
      paused: true,
    });
  });
});

describe('a CoreDNS pod', () => {
  async function pod(changes: { metadata?: object; spec?: object; status?: object }) {
    const item = {
      metadata: {
        name: 'coredns-1-a',
        creationTimestamp: '2026-11-20T12:00:00Z',
        labels: { 'pod-template-hash': '1' },
        ownerReferences: [
          { kind: 'ReplicaSet', name: 'coredns-1', controller: true, apiVersion: '', uid: '' },
        ],
        ...changes.metadata,
      },
      spec: { nodeName: 'node-1', containers: [], ...changes.spec },
      status: changes.status,
    };
    const [found] = await answering({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: {},
      items: [item],
    }).coreDns.pods();
    return found;
  }

  const ready = (status: string, reason?: string) => ({ conditions: [{ type: 'Ready', status, reason }] });

  it('is shown with what there is to know of it', async () => {
    const status = { ...ready('True'), podIPs: [{ ip: '100.96.0.2' }, { ip: '2600::2' }] };
    expect(await pod({ status })).toEqual({
      name: 'coredns-1-a',
      node: 'node-1',
      notReady: undefined,
      addresses: ['100.96.0.2', '2600::2'],
      gone: undefined,
      createdAt: Date.UTC(2026, 10, 20, 12),
      ofDeployment: true,
    });
  });

  it.each<[string, object, object?]>([
    ['NodeNotReady', ready('False', 'NodeNotReady')],
    [
      'CrashLoopBackOff',
      {
        ...ready('False', 'ContainersNotReady'),
        containerStatuses: [
          { name: 'a', state: { running: {} } },
          { name: 'b', state: { waiting: { reason: 'CrashLoopBackOff' } } },
        ],
      },
    ],
    ['Pending', { phase: 'Pending' }],
    ['Unknown', { phase: 'Unknown' }],
    ['not ready', {}],
    ['not scheduled', { phase: 'Pending' }, { nodeName: undefined }],
    [
      'Unschedulable: 0/3 nodes are available',
      {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/3 nodes are available',
          },
        ],
      },
      { nodeName: undefined },
    ],
  ])('says why it is not ready: %s', async (why, status, spec = {}) => {
    expect((await pod({ status, spec }))?.notReady).toBe(why);
  });

  it.each([
    ['no owner', { ownerReferences: undefined }],
    [
      'another Deployment',
      {
        ownerReferences: [{ kind: 'ReplicaSet', name: 'mine-1', controller: true, apiVersion: '', uid: '' }],
      },
    ],
    [
      'a DaemonSet of that name',
      {
        ownerReferences: [
          { kind: 'DaemonSet', name: 'coredns-1', controller: true, apiVersion: '', uid: '' },
        ],
      },
    ],
  ])('is not of the Deployment when it has %s', async (_what, metadata) => {
    expect((await pod({ metadata }))?.ofDeployment).toBe(false);
  });
});
