import type { V1ConfigMap, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { nodeAgents, podsFrom } from '../../shared/kubernetes/client/network-plugins/agents.ts';
import { difference } from '../../shared/kubernetes/client/network-plugins/difference.ts';
import {
  CNI_WRITE,
  foreignWrite,
  wantedStamp,
} from '../../shared/kubernetes/client/network-plugins/write-stamp.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));

const template: V1PodTemplateSpec = {
  metadata: { annotations: { 'checksum/config': 'new', 'rewritten.by/the-server': 'before' } },
  spec: { containers: [{ name: 'agent', env: [{ name: 'IP6', value: 'autodetect' }] }] },
};

function pod(changes: { env?: string; checksum?: string; createdAt?: Date; ready?: string } = {}): V1Pod {
  const { env = 'autodetect', checksum = 'new', createdAt = at(10), ready = 'True' } = changes;
  return {
    metadata: {
      name: 'agent-x',
      creationTimestamp: createdAt,
      annotations: { 'checksum/config': checksum, 'added.by/webhook': 'yes' },
    },
    spec: {
      nodeName: 'node-1',
      containers: [
        {
          name: 'agent',
          env: [
            { name: 'IP6', value: env },
            { name: 'KUBERNETES_SERVICE_HOST', value: 'added by a webhook' },
          ],
        },
        { name: 'injected' },
      ],
    },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  };
}

describe('an agent', () => {
  const agent = (one: V1Pod, writtenAt?: Date) => nodeAgents([one], template, writtenAt)[0];

  it('is current when it has what its template has, whatever webhooks added', () => {
    expect(agent(pod())).toEqual({
      node: 'node-1',
      pod: 'agent-x',
      current: true,
      ready: true,
      trouble: undefined,
    });
  });

  it.each([
    ['another value', { env: 'none' }],
    ['another checksum', { checksum: 'old' }],
  ])('is not current with %s', (_, changes) => {
    expect(agent(pod(changes))).toMatchObject({ current: false });
  });

  it('is not current when it is older than the configuration that somebody wrote', () => {
    expect(agent(pod(), at(11))).toMatchObject({ current: false });
    expect(agent(pod(), at(10))).toMatchObject({ current: true });
  });

  it('tells what keeps it from being ready', () => {
    const crashing = pod({ ready: 'False' });
    const waiting = { reason: 'CrashLoopBackOff' };
    const containerStatuses = [
      { name: 'agent', ready: false, image: '', imageID: '', restartCount: 3, state: { waiting } },
    ];
    const status = { ...crashing.status, containerStatuses };
    expect(agent({ ...crashing, status })).toMatchObject({ ready: false, trouble: 'CrashLoopBackOff' });
  });
});

describe('a configuration that somebody else wrote', () => {
  const written = (time: Date, key: string, manager = 'kubectl-edit') => ({
    manager,
    operation: 'Update',
    time,
    fieldsV1: { 'f:data': { [`f:${key}`]: {} } },
  });
  const configMap = (...managedFields: ReturnType<typeof written>[]): V1ConfigMap => ({
    metadata: { resourceVersion: '77', managedFields },
  });

  it('asks for a rollout when agents are older', () => {
    const config = configMap(written(at(11), 'enable-ipv6'));
    expect(wantedStamp(config, template, [pod()], ['enable-ipv6'])).toBe('77');
    expect(foreignWrite(config, ['enable-ipv6'])).toEqual(at(11));
  });

  it.each([
    ['rolled the agents too', [written(at(9), 'enable-ipv6')]],
    ['wrote other keys', [written(at(11), 'debug')]],
    ['is not on record', []],
  ])('asks for none when whoever it was %s', (_, managedFields) => {
    expect(wantedStamp(configMap(...managedFields), template, [pod()], ['enable-ipv6'])).toBeUndefined();
  });

  it('is ours once it carries our stamp, whoever wrote it since', () => {
    const { metadata } = configMap(written(at(11), 'enable-ipv6'));
    const stamped = { metadata: { ...metadata, annotations: { [CNI_WRITE]: '70' } } };
    expect(wantedStamp(stamped, template, [pod()], ['enable-ipv6'])).toBe('70');
    expect(foreignWrite(stamped, ['enable-ipv6'])).toBeUndefined();
  });

  it('is not rolled out a second time while whoever wrote it rolls it out: the older agents are on their way', () => {
    const config = configMap(written(at(11), 'enable-ipv6', 'gardener-resource-manager'));
    const pods = podsFrom([pod({ checksum: 'old' }), pod({ createdAt: at(12) })], template);
    expect(pods).toHaveLength(1);
    expect(wantedStamp(config, template, pods, ['enable-ipv6'])).toBeUndefined();
  });

  it('nor while somebody restarts the agents by kubectl', () => {
    const restartedAt = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T12:11:30Z' };
    const restarted = { ...template, metadata: { annotations: restartedAt } };
    expect(podsFrom([pod()], restarted)).toEqual([]);
  });

  it('is told with the name of its last writer, a status not counting as writing', () => {
    const managedFields = [
      written(at(1), 'enable-ipv6', 'helm'),
      written(at(5), 'enable-ipv6', 'gardener-resource-manager'),
      { manager: 'kube-controller-manager', subresource: 'status', time: at(9) },
    ];
    expect(difference('ConfigMap x', { managedFields }, ['enable-ipv6: false → true'])).toEqual([
      {
        object: 'ConfigMap x',
        changes: ['enable-ipv6: false → true'],
        lastWriter: 'gardener-resource-manager',
      },
    ]);
    expect(difference('ConfigMap x', { managedFields }, [])).toEqual([]);
  });
});

describe('our stamp, taken off the pod template by somebody who puts another one in its place', () => {
  const stamped = (time: Date): V1ConfigMap => ({
    metadata: {
      resourceVersion: '77',
      annotations: { [CNI_WRITE]: '70' },
      managedFields: [{ time, fieldsV1: { 'f:data': { 'f:enable-ipv6': {} } } }],
    },
  });
  const wanted = (time: Date, one: V1PodTemplateSpec = template) =>
    wantedStamp(stamped(time), one, [pod({ createdAt: at(10) })], ['enable-ipv6']);

  it('is not put back when the agents are younger than the configuration', () => {
    expect(wanted(at(9))).toBeUndefined();
  });

  it.each([at(10), at(11)])('is, when one may have started before it was written: %s', (time) => {
    expect(wanted(time)).toBe('70');
  });

  it('is replaced where an earlier one stands', () => {
    expect(wanted(at(9), { metadata: { annotations: { [CNI_WRITE]: '60' } } })).toBe('70');
  });
});
