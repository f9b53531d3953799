import type { Compute } from '../../shared/compute/compute.ts';
import { ComputeRefused, ResourceNotFound } from '../../shared/compute/errors.ts';
import { AbortRefused, TerminalError } from '../../shared/engine/errors.ts';
import type { RoundResult, StepRun } from '../../shared/engine/step.ts';
import type { CloudControllerManager, Cluster } from '../../shared/kubernetes/cluster.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import type { StepName } from '../../shared/migration/steps.ts';
import { abort } from '../../shared/steps/abort/index.ts';
import type { AbortWorld } from './abort-world.ts';
import { portWith } from './fixtures.ts';
import { runIn } from './routes-run.ts';
import { Crash } from './routes-world.ts';

/** What the way back works with there. */
export function runBackIn(world: AbortWorld): StepRun {
  const base = runIn(world);
  const { ports } = base;
  const compute = portWith<Compute>({
    ...ports.compute,
    subnet: (name) =>
      world.call(`read ${name}`, () =>
        [world.subnet, world.services, world.internal].find((each) => each?.name === name),
      ),
    createRoute: async (route) => {
      if (world.refusesRoutes) {
        throw new ComputeRefused('routes.insert', 'UNSUPPORTED_OPERATION', 'hides the address space');
      }
      if (!world.instances.has(route.nextHop?.name ?? ''))
        throw new ResourceNotFound('routes.insert', route.name);
      await ports.compute.createRoute(route);
    },
    removeAlias: ({ name }, alias) =>
      world.call(`remove alias ${name}`, () => world.removeAlias(name, alias)),
    disableIpv6: (name) => world.call(`disable IPv6 ${name}`, () => world.disableIpv6(name)),
    deleteSubnet: (name) =>
      world.call(`delete ${name}`, () => {
        if (name === world.services?.name) world.services = undefined;
        world.journal.push(`delete subnet ${name}`);
      }),
    deleteFirewallRule: (name) => world.call(`delete ${name}`, () => void world.firewallRules.delete(name)),
  });
  const cloudControllerManager = portWith<CloudControllerManager>({
    ...ports.cluster.cloudControllerManager,
    manageRoutes: () => world.call('manage routes', () => world.manageRoutes()),
  });
  return {
    ...base,
    get migration() {
      return world.migration;
    },
    ports: {
      ...ports,
      compute,
      cluster: portWith<Cluster>({ ...ports.cluster, cloudControllerManager }),
      reachability: {
        ...ports.reachability,
        prepare: () => world.call('prepare probe', () => world.setProbe(true)),
        remove: () => world.call('remove probe', () => world.setProbe(false)),
      },
    },
  };
}

/** An operator asks for the way back; `from` is where the migration stands. */
export function askForTheWayBack(world: AbortWorld, from: StepName = 'migrate-routes'): void {
  const requestedAt = new Date(world.now).toISOString() as Migration['createdAt'];
  world.migration = { ...world.migration, position: 'abort', abort: { requestedAt, from } };
}

/** Runs rounds until there is an outcome, or `until` holds; answers how it ended. */
export async function goBack(
  world: AbortWorld,
  { until = () => false, beside = () => undefined, most = 150, withoutPause = [] }: Beside = {},
): Promise<string> {
  for (let rounds = 0; rounds < most && !until(); rounds += 1) {
    const result = await round(world);
    if (typeof result === 'string') return result;
    if (result?.kind === 'acted' && result.noPauseAfter === true) withoutPause.push(result.description);
    beside(rounds);
    if (result !== undefined) world.passTime(result.kind === 'waiting' ? result.lookAgainAfterSeconds : 1);
  }
  return 'under way';
}

type UnderWay = Extract<RoundResult, { kind: 'acted' | 'waiting' }>;

/** One round in a new process: how it ended in words, what comes next if it did not, nothing after a crash. */
async function round(world: AbortWorld): Promise<string | UnderWay | undefined> {
  world.restart();
  try {
    const result = await abort.round(runBackIn(world));
    if (result.kind === 'done') return 'done';
    return result.kind === 'blocked' ? `blocked: ${result.reason}: ${result.message}` : result;
  } catch (error) {
    if (error instanceof TerminalError) return `blocked: ${error.reason}: ${error.message}`;
    if (error instanceof AbortRefused) return `refused: ${error.reason}: ${error.message}`;
    if (error instanceof Crash) return undefined;
    throw error;
  }
}

interface Beside {
  readonly until?: () => boolean;
  /** What happens beside the step after its n-th round. */
  readonly beside?: (round: number) => void;
  readonly most?: number;
  /** Takes what was done that a pause may not follow. */
  readonly withoutPause?: string[];
}
