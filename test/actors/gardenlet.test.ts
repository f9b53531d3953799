import { parseCidr } from 'cidr-tools';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { services } from '../../infra/local/cluster/index.ts';
import { ALLOCATE, CLOUD_ALLOCATOR, LocalWorld } from './local-world.ts';

let world: LocalWorld;
afterEach(() => world.stop());

const MIGRATED = { carriedBy: 'aliases', cloudControllerArguments: [...CLOUD_ALLOCATOR, ALLOCATE] } as const;

const shootSchema = z.object({
  metadata: z.object({ generation: z.number(), annotations: z.record(z.string(), z.string()).default({}) }),
  status: z.object({
    observedGeneration: z.number().optional(),
    lastOperation: z.object({ state: z.string() }).optional(),
    manualWorkerPoolRollout: z
      .object({
        pendingWorkersRollouts: z.array(z.object({ name: z.string(), lastInitiationTime: z.string() })),
      })
      .optional(),
    networking: z.object({ pods: z.array(z.string()), services: z.array(z.string()) }).optional(),
  }),
});

const shoot = () => shootSchema.parse(world.shoot());
const state = () => shoot().status.lastOperation?.state;
const annotation = () => shoot().metadata.annotations['gardener.cloud/operation'];
const families = () =>
  new Set(
    world.nodes().map(({ spec }) => (spec?.podCIDRs ?? []).map((cidr) => parseCidr(cidr).version).join()),
  );

function acceptsDualStackServices(): boolean {
  const manifest = {
    metadata: { name: 'probe', namespace: 'default' },
    spec: { ipFamilyPolicy: 'RequireDualStack', ports: [{ port: 80 }] },
  };
  try {
    world.cluster.api.create(services, 'default', manifest, { dryRun: true });
    return true;
  } catch {
    return false;
  }
}

async function operation(text: string): Promise<void> {
  world.annotateShoot(text);
  await world.clock.untilTrue(() => state() === 'Processing', 'the operation begins');
  await world.clock.untilTrue(() => state() === 'Succeeded', 'the operation ends');
}

describe('gardenlet', () => {
  it('takes only its own operation out of the annotation, after the status shows it', async () => {
    world = await LocalWorld.start();
    const seen: string[] = [];
    world.cluster.onChange(({ resource }) => {
      if (resource.id.startsWith('shoots')) seen.push(`${annotation() ?? '-'} ${state() ?? '-'}`);
    });
    await operation('maintain;reconcile;rotate-etcd-encryption-key');
    expect(annotation()).toBe('maintain;rotate-etcd-encryption-key');
    expect(seen[1]).toBe('maintain;reconcile;rotate-etcd-encryption-key Processing');
    expect(shoot().status.observedGeneration).toBe(shoot().metadata.generation);
  });

  it('leaves a Shoot alone that asks for nothing of its', async () => {
    world = await LocalWorld.start();
    world.annotateShoot('maintain');
    await world.clock.advance(600_000);
    expect(annotation()).toBe('maintain');
    expect(state()).toBeUndefined();
  });

  it('does not make Services dual-stack by a reconciliation before all nodes are', async () => {
    world = await LocalWorld.start(MIGRATED);
    await operation('reconcile');
    expect(acceptsDualStackServices()).toBe(false);
    expect(families()).toEqual(new Set(['4']));
  });

  it('rolls the workers to dual-stack nodes, and a reconciliation after that makes Services dual-stack', async () => {
    world = await LocalWorld.start({ ...MIGRATED, nodes: 6 });
    const before = world.nodes().map(({ metadata }) => metadata.name);
    world.annotateShoot('rollout-workers=*');
    await world.clock.untilTrue(() => state() === 'Processing', 'the rollout begins');
    expect(shoot().status.manualWorkerPoolRollout?.pendingWorkersRollouts.map(({ name }) => name)).toEqual([
      'worker',
    ]);
    await world.clock.untilTrue(() => state() === 'Succeeded', 'the rollout ends');
    expect(shoot().status.manualWorkerPoolRollout).toBeUndefined();
    expect(world.nodes().filter(({ metadata }) => before.includes(metadata.name))).toEqual([]);
    expect(families()).toEqual(new Set(['4,6']));
    expect(acceptsDualStackServices()).toBe(false);

    await operation('reconcile');
    expect(acceptsDualStackServices()).toBe(true);
    expect(shoot().status.networking?.services[1]).toMatch(/\/108$/);
    expect(world.compute.dataPlane.lostNodeSeconds()).toBe(0);
  });

  it('carries out one operation at a time, and none is lost', async () => {
    world = await LocalWorld.start({ ...MIGRATED, nodes: 6 });
    world.annotateShoot('rollout-workers=worker');
    await world.clock.untilTrue(() => annotation() === undefined, 'the rollout is taken up');
    const states: string[] = [];
    world.annotateShoot('reconcile');
    world.cluster.onChange(({ resource }) => {
      if (resource.id.startsWith('shoots') && states.at(-1) !== state()) states.push(state() ?? '-');
    });
    await world.clock.advance(5_000);
    expect(annotation()).toBe('reconcile');
    await world.clock.untilTrue(() => annotation() === undefined, 'the reconciliation is taken up');
    expect(shoot().status.manualWorkerPoolRollout).toBeUndefined();
    await world.clock.untilTrue(() => state() === 'Succeeded', 'the reconciliation ends');
    expect(states).toEqual(['Processing', 'Succeeded', 'Processing', 'Succeeded']);
  });

  it('takes up again what was under way when it was stopped', async () => {
    world = await LocalWorld.start({ ...MIGRATED, nodes: 6 });
    const before = world.nodes().map(({ metadata }) => metadata.name);
    world.annotateShoot('rollout-workers=*');
    await world.clock.advance(5_000);
    await world.actors.stop();
    expect(state()).toBe('Processing');
    await world.startActors();
    await world.clock.untilTrue(() => state() === 'Succeeded', 'the rollout ends');
    expect(world.nodes().filter(({ metadata }) => before.includes(metadata.name))).toEqual([]);
  });
});
