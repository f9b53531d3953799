import { expect, test } from 'vitest';
import type { Timestamp } from '../../shared/clock.ts';
import { decideOn, summaryOf } from '../../shared/steps/preflight/decide.ts';
import { gatherPreflight } from '../../shared/steps/preflight/gather.ts';
import { planNow } from '../../shared/steps/preflight/index.ts';
import { planOf } from '../../shared/steps/preflight/plan.ts';
import { REASONS } from '../../shared/steps/preflight/reasons.ts';
import { NOW, subnet } from './fixtures.ts';
import { NO_NETWORK, run, type Setting, world } from './preflight-run.ts';
import { facts, plan } from './preflight-scene.ts';

test('a run looks once, stores its plan and is done', async () => {
  const preflighted = world({ current: {} });
  const outcome = await run(preflighted);
  expect(outcome).toEqual({
    kind: 'done',
    summary: expect.stringMatching(/^strategy overlap, \d+ checks, 1 warning: guest-agent-leaves-aliases$/),
  });
  expect(preflighted.plan()).toMatchObject({
    strategy: 'overlap',
    nodesAtOnce: 2,
    found: { managedRoutes: true },
  });
  expect(preflighted.called.filter((call) => call === 'compute.routes')).toHaveLength(1);
});

test('nothing that changes anything, tries a change or looks at the data plane is called', async () => {
  const preflighted = world({ current: {} });
  await run(preflighted);
  expect([...new Set(preflighted.called)].sort()).toEqual([
    'cloudControllerManager.state',
    'cluster.cloudControllerManager',
    'cluster.disruptionBudgets',
    'cluster.missingRights',
    'cluster.networkPlugin',
    'cluster.nodes',
    'compute.countInstances',
    'compute.firewallRule',
    'compute.instances',
    'compute.network',
    'compute.project',
    'compute.routes',
    'compute.subnet',
    'compute.subnets',
    'garden.missingRights',
    'garden.shoot',
    'networkPlugin.installed',
    'networkPlugin.obstacles',
  ]);
});

test('what blocks is told with its remedy, and a run after it makes the plan anew', async () => {
  const setting: { current: Setting } = {
    current: { compute: NO_NETWORK, shoot: [['spec.networking.providerConfig.overlay.enabled', true]] },
  };
  const preflighted = world(setting);
  expect(await run(preflighted)).toEqual({
    kind: 'blocked',
    reason: 'PreflightBlocked',
    message: expect.stringMatching(
      /^2 of \d+ checks block: overlay-is-off: .*network-exists: The network corporate does not exist/,
    ),
    remedy: expect.stringMatching(/^overlay-is-off: .*network-exists: .* Then publish preflight again\.$/),
  });
  setting.current = {};
  expect(await run(preflighted)).toMatchObject({ kind: 'done' });
  expect(preflighted.plan().findings.filter(({ severity }) => severity === 'block')).toEqual([]);
});

test('what the first run found is kept by every later one', async () => {
  const setting: { current: Setting } = { current: {} };
  const preflighted = world(setting);
  await run(preflighted);
  const { found } = preflighted.plan();
  setting.current = { compute: { subnet: async () => subnet('nodes', { routesOverlapAllowed: true }) } };
  await run(preflighted);
  expect(preflighted.plan().findings).toContainEqual(
    expect.objectContaining({ reason: 'OverlapAlreadyAllowed' }),
  );
  expect(preflighted.plan().found).toEqual(found);
});

test('an operator who speaks while the plan is being made is heard before the step is done', async () => {
  const setting: { current: Setting } = { current: {} };
  const preflighted = world(setting);
  const { routes } = facts();
  setting.current = {
    compute: {
      routes: async () => {
        preflighted.say({ wish: 'rollover' });
        return routes;
      },
    },
  };
  preflighted.begin();
  expect(await preflighted.round()).toMatchObject({ kind: 'acted' });
  expect(await preflighted.round()).toMatchObject({
    kind: 'done',
    summary: expect.stringMatching(/^strategy rollover/),
  });
});

test('a cutover that nobody agreed to is blocked, and planned once somebody does', async () => {
  const preflighted = world({ current: {} }, { wish: 'cutover' });
  expect(await run(preflighted)).toMatchObject({
    kind: 'blocked',
    message: expect.stringMatching(/traffic-loss-is-acknowledged/),
  });
  preflighted.say({ trafficLossAcknowledgedAt: new Date(NOW).toISOString() as Timestamp });
  expect(await run(preflighted)).toMatchObject({
    kind: 'done',
    summary: expect.stringMatching(/^strategy cutover/),
  });
});

test('the cluster of a hibernated shoot is not asked', async () => {
  const preflighted = world({ current: { shoot: [['spec.hibernation.enabled', true]] } });
  expect(await run(preflighted)).toMatchObject({
    kind: 'blocked',
    message: expect.stringMatching(/shoot-is-awake/),
  });
  expect(preflighted.called.filter((call) => call.startsWith('cluster.'))).toEqual([]);
});

test('a manifest that is not understood is a finding with its fields, not an error', async () => {
  const preflighted = world({ current: { shoot: [['spec.networking.pods', 'all of them']] } });
  expect(await run(preflighted)).toMatchObject({
    kind: 'blocked',
    message: expect.stringMatching(/shoot-is-understood: .*spec\.networking\.pods: "all of them" is not/),
  });
});

test('a read that fails is an error to be tried again, never a finding', async () => {
  const broken = async () => {
    throw new Error('the connection broke');
  };
  const preflighted = world({ current: { compute: { routes: broken } } });
  preflighted.begin();
  await expect(preflighted.round()).rejects.toThrow('the connection broke');
});

test('the same plan is made of a migration that nobody stored', async () => {
  const preflighted = world({ current: {} });
  const { lookout } = preflighted;
  expect(await planNow(lookout())).toEqual(planOf(await gatherPreflight(lookout())));
});

test('a block names some checks and counts the rest', () => {
  const findings = Array.from({ length: 12 }, (_, index) => ({
    check: `check-${index}`,
    severity: 'block' as const,
    reason: 'Hibernated',
    message: 'It sleeps.',
    remedy: 'Wake it.',
  }));
  const outcome = decideOn(plan({ findings }));
  expect(outcome).toMatchObject({ message: expect.stringMatching(/^12 of 12 .* And 7 more, see the plan/) });
  expect(summaryOf(plan({ findings }))).toBe('strategy overlap, 12 checks, 0 warnings');
});

test('every reason that a finding carries is documented', () => {
  const documented = Object.keys(REASONS);
  const { findings } = planOf(
    facts({ nodesSubnet: undefined, network: undefined, nodes: [], cloudControllerManager: undefined }),
  );
  for (const { reason } of findings) if (reason !== undefined) expect(documented).toContain(reason);
});
