import { describe, expect, test } from 'vitest';
import type { Obstacle } from '../../shared/kubernetes/network-plugin.ts';
import { NETWORK_PLUGINS, type NetworkPluginName } from '../../shared/migration/network-plugins.ts';
import { REASONS } from '../../shared/steps/configure-cni/reasons.ts';
import { withWrite } from '../../shared/steps/configure-cni/writes.ts';
import { DIFFERENCE, decide, dualStack, INDICES, plugin, ranges } from './cni-facts.ts';
import { NOW } from './fixtures.ts';
import { node } from './preflight-scene.ts';

const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

describe('the plugin that is there', () => {
  test.each<[string, readonly NetworkPluginName[], string, RegExp]>([
    [
      'calico',
      [],
      'NetworkPluginMissing',
      /says calico, but kube-system has no DaemonSet calico-node or cilium/,
    ],
    ['cilium', ['calico', 'cilium'], 'NetworkPluginUnclear', /DaemonSets calico-node and cilium/],
    [
      'cilium',
      ['calico'],
      'NetworkPluginDiffers',
      /says cilium, but kube-system has the DaemonSet calico-node/,
    ],
    ['weave', ['cilium'], 'NetworkPluginDiffers', /says weave/],
  ])('must be the one that the Shoot says, alone: %s, %j', (networkType, installed, reason, message) => {
    expect(decide({ networkType, installed, plugin: undefined })).toMatchObject({
      kind: 'blocked',
      reason,
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(/\S/),
    });
  });

  test.each<[Obstacle['kind'], string]>([
    ['overlay', 'OverlayOn'],
    ['ipam', 'IpamNotByNode'],
    ['configuration', 'ConfigurationContradicts'],
  ])('with an obstacle is not touched, and Gardener not bothered: %s', (kind, reason) => {
    const obstacles = [{ kind, message: 'X says Y, expected Z' }];
    const decision = decide({
      acceptsDualStackServices: false,
      plugin: plugin({ obstacles, differing: [DIFFERENCE] }),
    });
    expect(decision).toMatchObject({ kind: 'blocked', reason, message: 'X says Y, expected Z.' });
  });
});

describe('nodes that are not dual-stack', () => {
  const open = { plugin: plugin({ differing: [DIFFERENCE] }) };

  test('that joined single-stack hold the configuration up, by name', () => {
    const nodes = [dualStack(1), dualStack(2), node(3)];
    expect(decide({ ...open, nodes })).toMatchObject({
      kind: 'waiting',
      reason: 'NodesNotDualStack',
      message: `single-stack, which only a replacement of the machine changes: ${node(3).name}`,
      progress: { done: 2, total: 3, unit: 'nodes dual-stack' },
    });
  });

  test('that have no pod CIDR yet are told apart from those', () => {
    const nodes = [dualStack(1), node(2, { podCidrs: [] })];
    expect(decide({ ...open, nodes })).toMatchObject({
      kind: 'waiting',
      reason: 'NodesNotDualStack',
      message: `without a pod CIDR yet: ${node(2).name}`,
    });
  });

  test.each([
    [['100.96.1.0/24', '100.96.2.0/24']],
    [['2600:1900:4000:1:1::/112', '2600:1900:4000:1:2::/112']],
    [['2600:1900:4000:1:1::/112']],
  ])('with %j are not, however many ranges that are', (podCidrs) => {
    const nodes = [dualStack(1, { podCidrs })];
    expect(decide({ ...open, nodes })).toMatchObject({ reason: 'NodesNotDualStack' });
  });

  test('keep the control plane from being asked for: Gardener opens it when all nodes are', () => {
    const nodes = [dualStack(1), node(2)];
    expect(decide({ nodes, acceptsDualStackServices: false })).toMatchObject({ reason: 'NodesNotDualStack' });
  });

  test('keep a rollout from being complete', () => {
    expect(decide({ nodes: [...INDICES.map((index) => dualStack(index)), node(4)] })).toMatchObject({
      reason: 'NodesNotDualStack',
    });
  });

  test('do not count when they are leaving', () => {
    const nodes = [...INDICES.map((index) => dualStack(index)), node(4, { leaving: true })];
    expect(decide({ nodes })).toMatchObject({ kind: 'done' });
  });

  test('cannot be found in a cluster without nodes, of which nothing is shown', () => {
    expect(decide({ nodes: [], plugin: plugin({ agents: [] }) })).toMatchObject({
      kind: 'waiting',
      reason: 'NoNodes',
    });
    const leaving = [dualStack(1, { leaving: true })];
    expect(decide({ nodes: leaving })).toMatchObject({ kind: 'waiting', reason: 'NoNodes' });
  });
});

describe('the control plane comes first', () => {
  const closed = { acceptsDualStackServices: false, plugin: plugin({ differing: [DIFFERENCE] }) };

  test('nothing is configured while it refuses dual-stack Services, and Gardener is asked to reconcile', () => {
    expect(decide(closed)).toEqual({ kind: 'act', action: { kind: 'ask for reconciliation' } });
  });

  test('a Gardener that has given up is not asked in vain, and what it wants is told', () => {
    const failure = { forGood: true, message: 'quota exceeded' };
    // A `reconcile` from before stays in the annotation, since nobody takes it up.
    for (const reconciling of [false, true]) {
      expect(decide({ ...closed, garden: { workersRolling: false, reconciling, failure } })).toMatchObject({
        kind: 'waiting',
        reason: 'ShootFailed',
        message: expect.stringMatching(/operation=retry: quota exceeded$/),
      });
    }
  });

  test('an error that Gardener tries to get over is told', () => {
    const failure = { forGood: false, message: 'quota exceeded' };
    const garden = { workersRolling: false, reconciling: true, failure };
    expect(decide({ ...closed, garden })).toMatchObject({
      reason: 'ControlPlaneNotDualStack',
      message: expect.stringMatching(/ended with an error: quota exceeded$/),
    });
  });

  test('whoever waits for it is told whether Gardener is at it, or was', () => {
    const garden = { workersRolling: false, reconciling: true };
    const asked = { ...closed, reconcileAskedAt: ago(60) };
    expect(decide({ ...asked, garden })).toMatchObject({
      message: expect.stringMatching(/Gardener reconciles the shoot/),
    });
    expect(decide(asked)).toMatchObject({
      message: expect.stringContaining(`asked to reconcile the shoot at ${ago(60)}, and that is over`),
    });
  });

  test('a reconciliation under way is waited for', () => {
    const garden = { workersRolling: false, reconciling: true };
    expect(decide({ ...closed, garden })).toMatchObject({
      kind: 'waiting',
      reason: 'ControlPlaneNotDualStack',
    });
  });

  test.each([
    [0, 'waiting'],
    [1799, 'waiting'],
    [1800, 'act'],
  ])('%d s after a reconciliation was asked for: %s', (seconds, kind) => {
    expect(decide({ ...closed, reconcileAskedAt: ago(seconds) }).kind).toBe(kind);
  });

  test('one that refuses again is waited for again, also when the rollout is complete', () => {
    expect(decide({ acceptsDualStackServices: false, reconcileAskedAt: ago(60) })).toMatchObject({
      kind: 'waiting',
      reason: 'ControlPlaneNotDualStack',
    });
  });
});

describe('what differs', () => {
  const differing = [DIFFERENCE];

  test.each(NETWORK_PLUGINS)('is configured, all of it named: %s', (name) => {
    expect(decide({ networkType: name, installed: [name], plugin: plugin({ differing }, name) })).toEqual({
      kind: 'act',
      action: { kind: 'configure', plugin: name, ranges, differing },
    });
  });

  const written = (...secondsAgo: number[]) =>
    secondsAgo.reduce<string | undefined>(
      (mark, seconds) => withWrite(mark, NOW - seconds * 1000),
      undefined,
    );

  test('is not written while Gardener reconciles, which may configure it itself', () => {
    const garden = { workersRolling: false, reconciling: true };
    expect(decide({ garden, plugin: plugin({ differing }) })).toMatchObject({
      kind: 'waiting',
      reason: 'GardenerReconciling',
      message: expect.stringContaining(DIFFERENCE.object),
    });
    expect(decide({ garden }).kind).toBe('done');
    const failure = { forGood: true, message: 'gave up' };
    expect(decide({ garden: { ...garden, failure }, plugin: plugin({ differing }) }).kind).toBe('act');
  });

  test('is written three times within half an hour, then whoever undoes it is told', () => {
    expect(decide({ plugin: plugin({ differing }), writes: written(600, 60) }).kind).toBe('act');
    expect(decide({ plugin: plugin({ differing }), writes: written(1200, 600, 60) })).toMatchObject({
      kind: 'blocked',
      reason: 'ConfigurationUndone',
      message: expect.stringMatching(
        /written 3 times.*ConfigMap kube-system\/config \(enable-ipv6: false → true\), last written by gardener-resource-manager/,
      ),
    });
  });

  test('is written again when the last times are long ago', () => {
    expect(decide({ plugin: plugin({ differing }), writes: written(86_400, 43_200, 1_800) }).kind).toBe(
      'act',
    );
  });

  test('is on record with no more times than count', () => {
    const long = written(...Array.from({ length: 500 }, (_, index) => 500_000 - index * 900));
    expect(JSON.parse(long ?? '[]').length).toBeLessThan(5);
  });
});

test('a nodes subnet without IPv6 range blocks', () => {
  expect(decide({ ranges: undefined, plugin: undefined })).toMatchObject({
    kind: 'blocked',
    reason: 'NodesIpv6RangeMissing',
  });
});

test('every reason has its sentence', () => {
  for (const sentence of Object.values(REASONS)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
