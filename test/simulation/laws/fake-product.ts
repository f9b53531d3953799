import { createInProcessWorld, type InProcessWorld } from '../../../infra/local/in-process/index.ts';
import type { Case } from '../../../infra/local/simulation/case.ts';
import { type LawName, watchLaws } from '../../../infra/local/simulation/laws/index.ts';
import type { Step, StepRun } from '../../../shared/engine/step.ts';
import type { Strategy } from '../../../shared/migration/plan.ts';
import type { Fields, Write } from '../../../shared/store/documents.ts';

export const POD_RANGE = 'ipv4-pod-cidr';

export interface Breach {
  readonly strategy?: Strategy;
  readonly faults?: Case['faults'];
  /** What a product would do that keeps no law. It is the world's `preflight`, run once. */
  act(run: StepRun, world: InProcessWorld): Promise<void>;
}

/** The laws that break while a product does this in a world of two nodes, and shortly after. */
export async function lawsBrokenBy({
  strategy = 'overlap',
  faults = [],
  act,
}: Breach): Promise<Set<LawName>> {
  const done = Promise.withResolvers<void>();
  const world = await createInProcessWorld({
    nodes: 2,
    strategy,
    steps: new Map([['preflight', stepThat((run) => act(run, world).finally(done.resolve))]]),
  });
  const { networkPlugin, instances } = { networkPlugin: 'calico' as const, instances: 1 };
  const laws = watchLaws(world, {
    seed: 1,
    nodes: 2,
    strategy,
    networkPlugin,
    instances,
    switches: {},
    faults,
  });
  await world.changeShoot();
  await world.clock.until(done.promise);
  await world.clock.advance(120_000);
  await laws.end();
  await world.stop();
  return new Set(laws.violations().map(({ law }) => law));
}

function stepThat(act: (run: StepRun) => Promise<void>): Step {
  return {
    name: 'preflight',
    round: async (run) => {
      await act(run);
      return { kind: 'blocked', reason: 'Done', message: 'That was all.', remedy: 'Nothing.' };
    },
  };
}

/** The first node's route, with its instance. */
export function firstNode({ example, compute }: InProcessWorld) {
  const [node] = example.nodes;
  const route = compute.resources.routes.values().find(({ destRange }) => destRange === node?.podCidr);
  if (node === undefined || route === undefined) throw new Error('there is no node');
  return { node, route };
}

/** Somebody else sets a NIC's alias IP ranges. */
export async function giveAliases(
  { compute }: InProcessWorld,
  { name, zone }: { readonly name: string; readonly zone: string },
  aliasIpRanges: readonly object[],
): Promise<void> {
  const { networkInterfaces } = await compute.actors.getInstance(zone, name);
  const fingerprint = networkInterfaces[0]?.fingerprint;
  await compute.actors.updateNetworkInterface(zone, name, 'nic0', { fingerprint, aliasIpRanges });
}

/** Every change that an overlap makes before the first route goes, of all nodes. */
export async function aliasAll({ ports }: StepRun, { example }: InProcessWorld): Promise<void> {
  const subnet = `${example.technicalId}-nodes`;
  await ports.compute.setRoutesOverlap(subnet, true);
  await ports.compute.addSecondaryRange(subnet, { name: POD_RANGE, range: example.podsCidr });
  for (const { name, zone, podCidr } of example.nodes) {
    await ports.compute.addAlias({ name, zone }, { range: podCidr, rangeName: POD_RANGE });
  }
  await ports.compute.instances(subnet);
}

/** What the product stores of each pod route before it goes. */
export async function recordAll(run: StepRun, { example, compute }: InProcessWorld): Promise<void> {
  const at = run.migration.createdAt;
  await run.savePodRoutes(
    compute.resources.routes.values().flatMap((route) => {
      const node = example.nodes.find(({ podCidr }) => podCidr === route.destRange);
      if (node === undefined) return [];
      const { name, priority, description = '' } = route;
      const { name: instance, zone } = node;
      const podCidr = run.migration.target.pods.replace(
        /.*/,
        node.podCidr,
      ) as typeof run.migration.target.pods;
      const place = { instance, zone, podCidr, network: example.network };
      const state = 'verified' as const;
      return [{ name, ...place, priority, description, state, orphaned: false, recordedAt: at }];
    }),
  );
}

/** Writes the migration's document past the engine, as a run that knows no fence would. */
export async function rewrite(world: InProcessWorld, change: (fields: Fields) => Fields): Promise<void> {
  const { documents } = engineOf(world);
  const [document] = await documents.list('migrations');
  if (document === undefined) throw new Error('there is no migration');
  await documents.commit([{ kind: 'put', path: document.path, fields: change(document.fields) }]);
}

export async function commit(world: InProcessWorld, ...writes: readonly Write[]): Promise<void> {
  await engineOf(world).documents.commit(writes);
}

function engineOf(world: InProcessWorld) {
  const [instance] = world.instances();
  if (instance === undefined) throw new Error('there is no function instance');
  return instance.engine;
}
