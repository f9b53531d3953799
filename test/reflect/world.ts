import { type Shoot, shoots } from '../../infra/local/cluster/index.ts';
import { onMaintenanceTick } from '../../shared/edge/handlers.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { keptReflection } from '../../shared/reflect/memory.ts';
import { DUAL, type Shot, watchWorld } from '../watch/garden.ts';

/** What the owner and Gardener have on the Shoot already. */
export const OTHERS = {
  annotations: { 'shoot-dualstack/node-rollout': 'drain', 'example.org/team': 'core' },
  constraints: [
    { type: 'HibernationPossible', status: 'True', reason: 'NoProblematicWebhooks', message: 'All is well.' },
  ],
};

const API = { namespace: 'garden-core', name: 'api' };
const MINUTE = 60_000;

/** A garden with Shoots of which each has a migration that has just begun; its step waits for whatever a test makes it wait for. */
export async function reflectWorld(
  options: Parameters<typeof watchWorld>[1] & { readonly names?: readonly string[] } = {},
) {
  const names = options.names ?? ['api'];
  const shots = names.map(
    (name): Shot => ({
      name,
      changes: [
        ['metadata.annotations', OTHERS.annotations],
        ['status.constraints', OTHERS.constraints],
      ],
    }),
  );
  const world = watchWorld(shots, options);
  await world.look();
  for (const name of names) await world.setFamilies(name, DUAL);
  await world.look();
  await world.takeIn();
  // The test's own, so far.
  const already = names.length;
  const [first] = await world.engine.migrations.active();
  if (first === undefined) throw new Error('no migration was started');
  const id = first.id;

  async function present(name = 'api'): Promise<Shoot> {
    return await world.garden.client.get(shoots, { ...API, name });
  }

  return {
    ...world,
    id,
    present,
    /** What the functions say on the Shoot. */
    said: async (name = 'api') => {
      const { annotations = {} } = (await present(name)).metadata;
      const ours = Object.entries(annotations).filter(([key]) => key.startsWith('shoot-dualstack/'));
      const { node_rollout: _, ...rest } = Object.fromEntries(
        ours.map(([key, value]) => [key.slice('shoot-dualstack/'.length).replaceAll('-', '_'), value]),
      );
      return rest;
    },
    constraints: async () => (await present()).status?.constraints ?? [],
    tick: (by: Engine = world.engine) =>
      world.clock.until(
        onMaintenanceTick(by, { id: 't', subscription: undefined, attributes: {}, text: '' }),
      ),
    /** A tick a minute; before each of them somebody else may do something. */
    ticks: async (minutes: number, before: () => Promise<unknown> = async () => undefined) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await before();
        await world.clock.until(
          onMaintenanceTick(world.engine, { id: 't', subscription: undefined, attributes: {}, text: '' }),
        );
        await world.clock.advance(MINUTE);
      }
    },
    stands: (changes: Partial<Migration>, migration = id) =>
      world.engine.migrations.change(migration, (current) => ({ migration: { ...current, ...changes } })),
    patches: () => {
      const counts = world.garden.gate.counts();
      return {
        annotations: (counts['patch shoots.core.gardener.cloud'] ?? 0) - already,
        status: counts['patch shoots.core.gardener.cloud/status'] ?? 0,
      };
    },
    reads: () => world.garden.gate.counts()['get shoots.core.gardener.cloud'] ?? 0,
    setbacks: async () => {
      const { reflection } = await keptReflection(world.documents, id);
      return { annotations: reflection.annotations.setbacks, constraints: reflection.constraints.setbacks };
    },
  };
}

export type ReflectWorld = Awaited<ReturnType<typeof reflectWorld>>;
