import { describe, expect, it } from 'vitest';
import { shoots } from '../../infra/local/cluster/index.ts';
import { ClusterObjectMissing } from '../../shared/kubernetes/errors.ts';
import { SHOOT, startWorld, type World } from './world.ts';

const OPERATION = 'gardener.cloud/operation';

async function operation({ simulator }: World): Promise<string | undefined> {
  return (await simulator.client.get(shoots, SHOOT)).metadata.annotations?.[OPERATION];
}

async function patchShoot({ simulator }: World, body: { metadata?: object; status?: object }): Promise<void> {
  const options = body.status === undefined ? {} : { subresource: 'status' as const };
  await simulator.client.patch(
    shoots,
    SHOOT,
    { kind: 'merge', body: JSON.parse(JSON.stringify(body)) },
    options,
  );
}

it('the Shoot is handed on as the garden has it', async () => {
  const world = await startWorld();
  const stored = await world.simulator.client.get(shoots, SHOOT);
  expect(await world.garden.shoot()).toEqual(stored);
});

describe('asking Gardener', () => {
  it('for a rollout of the workers, once', async () => {
    const world = await startWorld();
    expect((await world.garden.state()).workersRolling).toBe(false);
    await world.garden.rolloutWorkers('all');
    await world.garden.rolloutWorkers('all');
    expect(await operation(world)).toBe('rollout-workers=*');
    expect((await world.garden.state()).workersRolling).toBe(true);
    expect(world.mutations()).toBe(1);
  });

  it('for a rollout of some pools by their names', async () => {
    const world = await startWorld();
    await world.garden.rolloutWorkers(['gpu', 'worker']);
    expect(await operation(world)).toBe('rollout-workers=gpu,worker');
  });

  it.each(['rollout-workers=gpu', 'rotate-rollout-workers=*', 'reconcile; rollout-workers=*'])(
    'for a rollout beside “%s” sends nothing',
    async (asked) => {
      const world = await startWorld();
      await patchShoot(world, { metadata: { annotations: { [OPERATION]: asked } } });
      const before = world.mutations();
      await world.garden.rolloutWorkers(['worker']);
      expect(await operation(world)).toBe(asked);
      expect(world.mutations()).toBe(before);
    },
  );

  it('for something else keeps what was asked before', async () => {
    const world = await startWorld();
    await patchShoot(world, { metadata: { annotations: { [OPERATION]: 'rotate-ssh-keypair' } } });
    await world.garden.rolloutWorkers('all');
    await world.garden.reconcile();
    expect(await operation(world)).toBe('rotate-ssh-keypair;rollout-workers=*;reconcile');
    expect(await world.garden.state()).toEqual({ workersRolling: true, reconciling: true });
  });

  it('survives a conflict', async () => {
    const world = await startWorld();
    world.simulator.faults.failRequest({ match: { verb: 'patch' }, when: 'before', answer: 409 });
    await world.garden.reconcile();
    expect(await operation(world)).toBe('reconcile');
  });
});

describe('what Gardener is doing', () => {
  it('a rollout is under way while pools are pending', async () => {
    const world = await startWorld();
    await patchShoot(world, {
      status: { manualWorkerPoolRollout: { pendingWorkersRollouts: [{ name: 'worker' }] } },
    });
    expect(await world.garden.state()).toEqual({ workersRolling: true, reconciling: false });
  });

  it.each([
    ['2026-03-01T22:10:00Z', 'Succeeded', '2026-03-01T22:10:00.000Z'],
    ['2026-03-01T23:10:00+01:00', 'Succeeded', '2026-03-01T22:10:00.000Z'],
    ['2026-03-01T22:10:00Z', 'Processing', undefined],
    ['2026-03-01T22:10:00Z', 'Failed', undefined],
  ])('the last operation, updated %s as %s, succeeded at %s', async (lastUpdateTime, state, expected) => {
    const world = await startWorld();
    await patchShoot(world, { status: { lastOperation: { state, lastUpdateTime } } });
    expect((await world.garden.state()).succeededAt).toBe(expected);
  });

  it('a reconciliation is under way while the last operation is processing', async () => {
    const world = await startWorld();
    await patchShoot(world, { status: { lastOperation: { state: 'Processing' } } });
    expect((await world.garden.state()).reconciling).toBe(true);
  });

  it.each(['reconcile', 'maintain', 'maintain;rollout-workers=*'])(
    'something else than a rollout is asked for by “%s”, and waited for',
    async (asked) => {
      const world = await startWorld();
      await patchShoot(world, { metadata: { annotations: { [OPERATION]: asked } } });
      expect((await world.garden.state()).reconciling).toBe(true);
    },
  );

  it.each([
    ['Failed', [{ description: 'no quota' }], { forGood: true, message: 'no quota' }],
    ['Error', [], { forGood: false, message: 'at 40 %' }],
    ['Error', [{ description: 'x'.repeat(1_000) }], { forGood: false, message: 'x'.repeat(300) }],
    ['Processing', [{ description: 'of before' }], undefined],
  ])('the last operation, now %s, failed with %j', async (state, lastErrors, expected) => {
    const world = await startWorld();
    const lastOperation = { state, description: 'at 40 %' };
    await patchShoot(world, { status: { lastOperation, lastErrors } });
    expect((await world.garden.state()).failure).toEqual(expected);
  });

  it('a reconciliation was asked for while the generation is not observed', async () => {
    const world = await startWorld();
    await patchShoot(world, { status: { observedGeneration: 0 } });
    expect((await world.garden.state()).reconciling).toBe(true);
  });

  it('nothing, when all is done', async () => {
    const { garden } = await startWorld();
    expect(await garden.state()).toEqual({ workersRolling: false, reconciling: false });
  });

  it('a Shoot that does not exist is named', async () => {
    const world = await startWorld();
    await world.simulator.client.delete(shoots, SHOOT);
    await expect(world.garden.state()).rejects.toThrow(ClusterObjectMissing);
    await expect(world.garden.reconcile()).rejects.toThrow('Shoot garden-core/api');
  });
});
