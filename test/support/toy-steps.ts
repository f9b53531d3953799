import { timestamp } from '../../shared/clock.ts';
import { defineStep, type Step, type StepRun } from '../../shared/engine/step.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import type { Decision } from '../../shared/migration/outcome.ts';
import { advance, type PodRouteRecord } from '../../shared/migration/pod-route.ts';
import { ABORT, type StepName } from '../../shared/migration/steps.ts';
import type { ToyView } from './toy-world.ts';
import { RESTORED } from './watched-documents.ts';

/**
 * Steps that do to the toy world what the real ones do to the cloud, each in a manner of its own: a plan, several acts,
 * records before deletions, a long wait that ends in a short one, acts longer than a run, an act that is announced; and a
 * way back from wherever they are.
 */
export function toySteps(world: ToyView): readonly Step[] {
  return [
    toyPreflight(),
    bringing('enable-ipv6-subnets', world, ['subnet services', 'subnet internal']),
    toyRoutes(world),
    toyNodes(world),
    slowlyBringing('configure-cni', world, ['pool', 'agents', 'controllers']),
    toyRestart(world),
    bringing('switch-kube-dns', world, ['kube-dns']),
    toyAbort(world),
  ];
}

/** The effects of a whole toy migration, apart from the moment of the restart. */
export const TOY_EFFECTS = [
  'subnet services: there',
  'subnet internal: there',
  'route 1: deleted',
  'route 2: deleted',
  'roll: asked for',
  'pool: there',
  'agents: there',
  'controllers: there',
  'restart',
  'kube-dns: there',
];

function toyPreflight(): Step {
  return defineStep({
    name: 'preflight',
    gather: async ({ migration }) => migration.plan.madeAt !== undefined,
    decide: (made): Decision<'plan'> =>
      made ? { kind: 'done', summary: 'the plan is made' } : { kind: 'act', action: 'plan' },
    act: async (_, run) => {
      const plan = { ...run.migration.plan, madeAt: timestamp(run.clock), why: 'a toy has no other' };
      await run.replan(plan, 'overlap, since a toy has no other');
    },
    describe: () => 'made the plan',
  });
}

/** Restores whatever there is, one thing after the other. */
function toyAbort(world: ToyView): Step {
  return defineStep({
    name: ABORT,
    gather: async () => [...(await world.look())].find(([, value]) => value !== RESTORED)?.[0],
    decide: (changed): Decision<string> =>
      changed === undefined
        ? { kind: 'done', summary: 'everything is restored' }
        : { kind: 'act', action: changed },
    act: async (thing) => await world.put(thing, RESTORED),
    describe: (thing) => `restored ${thing}`,
  });
}

function bringing(name: StepName, world: ToyView, wanted: readonly string[]): Step {
  return defineStep({
    name,
    gather: async () => {
      const there = await world.look();
      return wanted.find((thing) => !there.has(thing));
    },
    decide: (missing): Decision<string> =>
      missing === undefined
        ? { kind: 'done', summary: `${wanted.join(', ')} are there` }
        : { kind: 'act', action: missing },
    act: async (thing) => await world.put(thing, 'there'),
    describe: (thing) => `brought ${thing}`,
  });
}

/** Each act takes longer than a lease lasts, and all of them together longer than a run. */
const SLOW_ACT_SECONDS = 120;

function slowlyBringing(name: StepName, world: ToyView, wanted: readonly string[]): Step {
  const inner = bringing(name, world, wanted);
  return {
    name,
    round: async (run) => {
      const result = await inner.round(run);
      if (result.kind === 'acted') await run.clock.sleep(SLOW_ACT_SECONDS * 1000, run.signal);
      return result;
    },
  };
}

const ROUTES = ['route 1', 'route 2'];

type RouteAction = { readonly kind: 'record' } | { readonly kind: 'delete'; readonly route: string };

function toyRoutes(world: ToyView): Step {
  return defineStep({
    name: 'migrate-routes',
    gather: async (run) => ({ there: await world.look(), records: await run.podRoutes() }),
    decide: ({ there, records }): Decision<RouteAction> => {
      if (ROUTES.some((route) => !records.has(route))) return { kind: 'act', action: { kind: 'record' } };
      const left = ROUTES.find(
        (route) => there.get(route) !== 'deleted' || records.get(route)?.state !== 'deleted',
      );
      return left === undefined
        ? { kind: 'done', summary: 'no pod route left' }
        : { kind: 'act', action: { kind: 'delete', route: left } };
    },
    act: async (action, run) => {
      if (action.kind === 'record')
        return await run.savePodRoutes(ROUTES.map((name) => toyRecord(name, run)));
      await world.put(action.route, 'deleted');
      const record = (await run.podRoutes()).get(action.route);
      if (record !== undefined) await run.savePodRoutes([advance(record, 'deleted', timestamp(run.clock))]);
    },
    describe: (action) => (action.kind === 'record' ? 'recorded the routes' : `deleted ${action.route}`),
  });
}

export function toyRecord(name: string, { clock }: Pick<StepRun, 'clock'>): PodRouteRecord {
  return {
    name,
    instance: `node-of-${name}`,
    zone: 'europe-west1-b',
    podCidr: parseCidr('100.96.0.0/24'),
    network: 'toy',
    priority: 1000,
    description: 'k8s-node-route',
    state: 'recorded',
    orphaned: false,
    recordedAt: timestamp(clock),
  };
}

const ROLL_SECONDS = 660;

/** Waits in long strides while the nodes are rolled, and in short ones at the end. */
function toyNodes(world: ToyView): Step {
  const asked = 'asked at';
  return defineStep({
    name: 'check-nodes',
    gather: async ({ migration, clock }) => ({
      there: await world.look(),
      askedAt: migration.marks[asked],
      now: clock.now(),
    }),
    decide: ({ there, askedAt, now }): Decision<'roll'> => {
      if (askedAt === undefined || !there.has('roll')) return { kind: 'act', action: 'roll' };
      const left = ROLL_SECONDS - (now - Date.parse(askedAt)) / 1000;
      if (left <= 0) return { kind: 'done', summary: 'all nodes are dual-stack' };
      return {
        kind: 'waiting',
        reason: 'Rolling',
        message: 'the workers are rolled',
        lookAgainAfterSeconds: left > 60 ? 300 : 15,
        progress: { done: 0, total: 1, unit: 'pools' },
      };
    },
    act: async (_, run) => {
      if (run.migration.marks[asked] === undefined) await run.remember(asked, timestamp(run.clock));
      await world.put('roll', 'asked for');
    },
    describe: () => 'asked for the roll',
  });
}

/** Announces its one act before it, so that a repetition after a crash is the same act and not another one. */
function toyRestart(world: ToyView): Step {
  const mark = 'restarted at';
  return defineStep({
    name: 'restart-coredns',
    gather: async ({ migration }) => {
      const announced = migration.marks[mark];
      return announced !== undefined && (await world.look()).get('restart') === announced;
    },
    decide: (restarted): Decision<'restart'> =>
      restarted ? { kind: 'done', summary: 'CoreDNS is ready' } : { kind: 'act', action: 'restart' },
    act: async (_, run) => {
      if (run.migration.marks[mark] === undefined) await run.remember(mark, timestamp(run.clock));
      await world.put('restart', run.migration.marks[mark] ?? 'unannounced');
    },
    describe: () => 'restarted',
  });
}
