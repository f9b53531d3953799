import { describe, expect, it } from 'vitest';
import type { Node } from '../../../infra/local/cluster/kinds/node.ts';
import type { Pod } from '../../../infra/local/cluster/kinds/pod.ts';
import type { JsonObject } from '../../../infra/local/cluster/object/json.ts';
import { mayRunOn } from './placement.ts';

const meta = { uid: 'uid', resourceVersion: '1', creationTimestamp: '2026-03-01T12:00:00Z' };

function node(change: { spec?: Node['spec']; ready?: boolean } = {}): Node {
  const status = change.ready === false ? 'False' : 'True';
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { ...meta, name: 'a', labels: { zone: 'one', size: '4' } },
    ...(change.spec !== undefined && { spec: change.spec }),
    status: { conditions: [{ type: 'Ready', status }] },
  };
}

function pod(spec: JsonObject = {}, ownerKind = 'ReplicaSet'): Pod {
  const owner = { apiVersion: 'apps/v1', kind: ownerKind, name: 'owner', uid: 'owner', controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta, name: 'pod', namespace: 'shop', ownerReferences: [owner] },
    spec: { containers: [{ name: 'main' }], ...spec },
  };
}

function affine(...nodeSelectorTerms: JsonObject[]): JsonObject {
  const required = { nodeSelectorTerms };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
}
const byField = (name: string) => ({
  matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }],
});
const byLabel = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }],
});

describe('where the scheduler puts pods', () => {
  it.each([
    ['another node', byField('b'), false],
    ['this node', byField('a'), true],
    ['one of the values', byLabel('zone', 'In', 'one', 'two'), true],
    ['none of the values', byLabel('zone', 'NotIn', 'one'), false],
    ['no such label', byLabel('gpu', 'DoesNotExist'), true],
    ['such a label', byLabel('gpu', 'Exists'), false],
    ['more', byLabel('size', 'Gt', '3'), true],
    ['less', byLabel('size', 'Lt', '3'), false],
    ['nothing at all', {}, false],
  ])('is decided by a required affinity to %s', (_which, term, expected) => {
    expect(mayRunOn(pod(affine(term)), node())).toBe(expected);
  });

  it('takes one of several terms as enough', () => {
    expect(mayRunOn(pod(affine(byField('b'), byField('a'))), node())).toBe(true);
  });

  it('leaves out cordoned nodes and those that are not Ready, except for the pods of DaemonSets', () => {
    const [cordoned, silent] = [node({ spec: { unschedulable: true } }), node({ ready: false })];
    expect([cordoned, silent].map((each) => mayRunOn(pod(), each))).toEqual([false, false]);
    const daemon = pod(affine(byField('a')), 'DaemonSet');
    expect([cordoned, silent].map((each) => mayRunOn(daemon, each))).toEqual([true, true]);
  });

  it('heeds taints, also for the pods of DaemonSets', () => {
    const tainted = node({
      spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] },
    });
    const tolerations = [{ operator: 'Exists' }];
    expect(mayRunOn(pod({}, 'DaemonSet'), tainted)).toBe(false);
    expect(mayRunOn(pod({ tolerations }), tainted)).toBe(true);
  });
});
