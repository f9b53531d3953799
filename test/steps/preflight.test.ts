import { expect, test } from 'vitest';
import type { Timestamp } from '../../shared/clock.ts';
import { ResourceNotFound } from '../../shared/compute/errors.ts';
import type { StepRun } from '../../shared/engine/step.ts';
import { ClusterObjectMissing, ClusterRefused } from '../../shared/kubernetes/errors.ts';
import { type MissingRights, permissionsAt, permissionsInShoot } from '../../shared/kubernetes/permission.ts';
import type { ShootPart } from '../../shared/kubernetes/rights.ts';
import { NODE_ROLLOUT } from '../../shared/migration/node-rollout.ts';
import type { Plan } from '../../shared/migration/plan.ts';
import { decideOn, summaryOf } from '../../shared/steps/preflight/decide.ts';
import { gatherPreflight } from '../../shared/steps/preflight/gather.ts';
import { planNow, preflight } from '../../shared/steps/preflight/index.ts';
import { planOf } from '../../shared/steps/preflight/plan.ts';
import { REASONS } from '../../shared/steps/preflight/reasons.ts';
import { type Change, changed, manifest } from '../support/shoot-manifest.ts';
import { migrationWith, NOW, silent, subnet, TARGET } from './fixtures.ts';
import { facts, plan } from './preflight-scene.ts';

const SHOOT: readonly Change[] = [
  ['status.technicalID', TARGET.technicalId],
  ['spec.networking.pods', TARGET.pods],
  ['spec.provider.infrastructureConfig.networks.vpc', { name: TARGET.network }],
  ['spec.provider.workers', [{ name: 'worker', maxSurge: 2 }]],
  ['spec.kubernetes.version', '1.34.2'],
];

/** Everything else of a port throws: what is not read must not be called. */
function onlyReads<Port extends object>(port: string, reads: Partial<Port>, called: string[]): Port {
  return new Proxy(reads as Port, {
    get: (target, name) => {
      called.push(`${port}.${String(name)}`);
      const read: unknown = Reflect.get(target, name);
      if (read === undefined) throw new Error(`${port}.${String(name)} is not for the preflight`);
      return read;
    },
  });
}

type Ports = StepRun['ports'];
interface Setting {
  readonly shoot?: readonly Change[];
  readonly compute?: Partial<Ports['compute']>;
  readonly cluster?: Partial<Ports['cluster']>;
  readonly garden?: Partial<Ports['garden']>;
}

const NOTHING_MISSING: MissingRights = { missing: [], unknown: [] };

/** Runs the step's rounds in a world that can be read and no more; each call of `run` is a run of its own. */
function world(setting: { current: Setting }, said: Partial<Plan> = {}) {
  const called: string[] = [];
  const seen = facts();
  const ports = (): Ports => ({
    compute: onlyReads<Ports['compute']>(
      'compute',
      {
        project: async () => seen.project,
        network: async () => ({ name: TARGET.network, autoMode: false, legacy: false }),
        subnets: async () => seen.subnets,
        subnet: async (name) => [subnet('nodes'), subnet('internal')].find((each) => each.name === name),
        routes: async () => seen.routes,
        instances: async () => seen.instances,
        countInstances: async () => 3,
        firewallRule: async () => undefined,
        ...setting.current.compute,
      },
      called,
    ),
    cluster: onlyReads<Ports['cluster']>(
      'cluster',
      {
        nodes: async () => seen.nodes,
        disruptionBudgets: async () => seen.disruptionBudgets,
        missingRights: async () => NOTHING_MISSING,
        networkPlugin: onlyReads<Ports['cluster']['networkPlugin']>(
          'networkPlugin',
          { installed: async () => ['calico'], obstacles: async () => [] },
          called,
        ),
        cloudControllerManager: onlyReads<Ports['cluster']['cloudControllerManager']>(
          'cloudControllerManager',
          {
            state: async () => {
              if (seen.cloudControllerManager === undefined) throw new ClusterObjectMissing('it');
              return seen.cloudControllerManager;
            },
          },
          called,
        ),
        ...setting.current.cluster,
      },
      called,
    ),
    garden: onlyReads<Ports['garden']>(
      'garden',
      {
        shoot: async () => changed(manifest(), ...SHOOT, ...(setting.current.shoot ?? [])),
        missingRights: async () => NOTHING_MISSING,
        ...setting.current.garden,
      },
      called,
    ),
    reachability: onlyReads<Ports['reachability']>('reachability', {}, called),
  });
  let now = NOW;
  let migration = { ...migrationWith(), plan: plan(said) };
  const clock = { now: () => now, sleep: async () => {} };
  const refuse = async () => {
    throw new Error('nothing but the plan is written');
  };
  const lookout = () => ({ migration, ports: ports(), clock });
  const stepRun = (): StepRun => ({
    get migration() {
      return migration;
    },
    ports: ports(),
    clock,
    log: silent,
    cause: 'engine',
    signal: new AbortController().signal,
    remember: refuse,
    report: refuse,
    podRoutes: refuse,
    savePodRoutes: refuse,
    replan: async (made) => {
      const { wish, trafficLossAcknowledgedAt } = migration.plan;
      migration = { ...migration, plan: { ...made, wish, trafficLossAcknowledgedAt } };
    },
  });
  return {
    called,
    lookout,
    plan: () => migration.plan,
    say: (words: Partial<Plan>) => {
      migration = { ...migration, plan: { ...migration.plan, ...words } };
    },
    begin: () => {
      now += 60_000;
      migration = {
        ...migration,
        status: { kind: 'running', since: new Date(now).toISOString() as Timestamp },
      };
    },
    round: async () => await preflight.round(stepRun()),
  };
}

async function run(preflighted: ReturnType<typeof world>) {
  preflighted.begin();
  return await preflighted.round();
}

const NO_NETWORK = {
  network: async () => {
    throw new ResourceNotFound('networks.get corporate', 'there is none');
  },
};

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

const FORBIDDEN = async () => {
  throw new ClusterRefused('list Nodes', 'Forbidden', 'nodes is forbidden');
};

test('rights that are missing in the shoot and in the garden block, also those without which nothing can be read', async () => {
  const missing = permissionsInShoot('base').filter(({ resource }) => resource === 'nodes');
  const inGarden = permissionsAt('garden', { namespace: 'garden-core', name: 'api' }).slice(1);
  const preflighted = world({
    current: {
      cluster: { nodes: FORBIDDEN, missingRights: async () => ({ missing, unknown: [] }) },
      garden: { missingRights: async () => ({ missing: inGarden, unknown: [] }) },
    },
  });
  expect(await run(preflighted)).toMatchObject({
    kind: 'blocked',
    message: expect.stringMatching(
      /^1 of \d+ checks blocks: rights-are-granted: The functions may not: list nodes in the whole cluster, patch shoots\.core\.gardener\.cloud\/api in garden-core\.$/,
    ),
    remedy: expect.stringMatching(
      /Apply infra\/kubernetes\/shoot\/base\.yaml to the shoot; infra\/kubernetes\/garden\/role\.yaml to the garden, bound in the namespace garden-core\./,
    ),
  });
});

test('a refusal that no missing right explains is no finding', async () => {
  const preflighted = world({ current: { cluster: { nodes: FORBIDDEN } } });
  preflighted.begin();
  await expect(preflighted.round()).rejects.toBeInstanceOf(ClusterRefused);
});

test.each<{ says: string; shoot: readonly Change[]; parts: readonly ShootPart[] }>([
  { says: 'nothing', shoot: [], parts: ['base', 'probe', 'calico'] },
  {
    says: 'drain',
    shoot: [['metadata.annotations', { [NODE_ROLLOUT.mode]: 'drain' }]],
    parts: ['base', 'probe', 'calico', 'drain'],
  },
])(
  'asked for are the rights of the Shoot’s own plugin and way to roll nodes: it says $says',
  async ({ shoot, parts }) => {
    const asked: (readonly ShootPart[])[] = [];
    const missingRights = async (of: readonly ShootPart[]) => {
      asked.push(of);
      return NOTHING_MISSING;
    };
    expect(await run(world({ current: { shoot, cluster: { missingRights } } }))).toMatchObject({
      kind: 'done',
    });
    expect(asked).toEqual([parts]);
  },
);

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
