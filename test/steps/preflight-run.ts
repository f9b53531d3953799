import type { Timestamp } from '../../shared/clock.ts';
import { ResourceNotFound } from '../../shared/compute/errors.ts';
import type { StepRun } from '../../shared/engine/step.ts';
import { ClusterObjectMissing } from '../../shared/kubernetes/errors.ts';
import type { MissingRights } from '../../shared/kubernetes/permission.ts';
import type { Plan } from '../../shared/migration/plan.ts';
import { preflight } from '../../shared/steps/preflight/index.ts';
import { type Change, changed, manifest } from '../support/shoot-manifest.ts';
import { migrationWith, NOW, silent, subnet, TARGET } from './fixtures.ts';
import { facts, plan } from './preflight-scene.ts';
export const SHOOT: readonly Change[] = [
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
export interface Setting {
  readonly shoot?: readonly Change[];
  readonly compute?: Partial<Ports['compute']>;
  readonly cluster?: Partial<Ports['cluster']>;
  readonly garden?: Partial<Ports['garden']>;
}

export const NOTHING_MISSING: MissingRights = { missing: [], unknown: [] };

/** Runs the step's rounds in a world that can be read and no more; each call of `run` is a run of its own. */
export function world(setting: { current: Setting }, said: Partial<Plan> = {}) {
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

export async function run(preflighted: ReturnType<typeof world>) {
  preflighted.begin();
  return await preflighted.round();
}

export const NO_NETWORK = {
  network: async () => {
    throw new ResourceNotFound('networks.get corporate', 'there is none');
  },
};
