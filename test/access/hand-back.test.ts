import { describe, expect, test } from 'vitest';
import type { StepRun } from '../../shared/engine/step.ts';
import type { ManagerHold } from '../../shared/kubernetes/cluster.ts';
import { abort } from '../../shared/steps/abort/index.ts';
import { askForTheWayBack, runBackIn } from '../steps/abort-run.ts';
import { migrated } from '../steps/abort-stages.ts';
import type { AbortWorld } from '../steps/abort-world.ts';
import { DIFFERENCE, decide, plugin } from '../steps/cni-facts.ts';

describe('on the way forward, configure-cni hands the cloud-controller-manager back to Gardener', () => {
  const garden = { workersRolling: false, reconciling: false };

  test('once its control plane is there for both families, before anything is written', () => {
    const held = { controllerHeld: true, plugin: plugin({ differing: [DIFFERENCE] }) };
    expect(decide(held)).toEqual({ kind: 'act', action: { kind: 'hand back controller' } });
    expect(decide({ ...held, controllerHeld: false })).toMatchObject({ action: { kind: 'configure' } });
  });

  test('not before: Gardener would have routes made again', () => {
    expect(decide({ controllerHeld: true, acceptsDualStackServices: false })).toMatchObject({
      action: { kind: 'ask for reconciliation' },
    });
  });

  test('nor while Gardener reconciles, unless it never ends', () => {
    const reconciling = { ...garden, reconciling: true };
    expect(decide({ controllerHeld: true, garden: reconciling })).toMatchObject({
      kind: 'waiting',
      reason: 'ControllerHeldBack',
    });
    const failure = { forGood: true, message: 'quota' };
    expect(decide({ controllerHeld: true, garden: { ...reconciling, failure } })).toMatchObject({
      action: { kind: 'hand back controller' },
    });
  });

  test('and is not done before it has', () => {
    expect(decide({ controllerHeld: true })).not.toMatchObject({ kind: 'done' });
    expect(decide()).toMatchObject({ kind: 'done' });
  });
});

/** A hold whose end has Gardener run the controller as for a dual-stack Shoot: the owner has not taken the family back yet. */
function holdIn(world: AbortWorld) {
  const state = { held: true, heldWhen: [] as string[], diesAtHandBack: 0 };
  const hold: ManagerHold = {
    isHeld: async () => state.held,
    handBack: async () => {
      if (state.diesAtHandBack > 0) {
        state.diesAtHandBack -= 1;
        throw new Error('the process died');
      }
      state.heldWhen.push(...world.journal);
      state.held = false;
      world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 1 };
    },
  };
  return { state, hold };
}

async function backWith(world: AbortWorld, managerHold: ManagerHold): Promise<readonly string[]> {
  const did: string[] = [];
  for (let round = 0; round < 150; round += 1) {
    world.restart();
    const run = runBackIn(world);
    const properties = Object.getOwnPropertyDescriptors(run);
    const held: StepRun = Object.defineProperties(Object.create(null), {
      ...properties,
      ports: { value: { ...run.ports, managerHold } },
    });
    const result = await abort.round(held).catch(() => undefined);
    if (result?.kind === 'done') return did;
    if (result?.kind === 'blocked') throw new Error(result.message);
    if (result?.kind === 'acted') did.push(result.description);
    world.passTime(result?.kind === 'waiting' ? result.lookAgainAfterSeconds : 1);
  }
  throw new Error(`no end after ${did.join('; ')}`);
}

describe('on the way back, abort hands it back', () => {
  test('last of all, once; what Gardener makes of it then is not fought over', async () => {
    const world = migrated(3);
    askForTheWayBack(world, 'check-nodes');
    const { state, hold } = holdIn(world);
    const did = await backWith(world, hold);
    expect(did.at(-1)).toBe('handed the cloud-controller-manager back to Gardener');
    expect(did.filter((line) => line.startsWith('told the cloud-controller-manager'))).toHaveLength(1);
    expect(state.heldWhen).toEqual(world.journal);
    expect(world.ccm).toMatchObject({ managesRoutes: false });
  });

  test('also after a crash right before', async () => {
    const world = migrated(2);
    askForTheWayBack(world, 'check-nodes');
    const { state, hold } = holdIn(world);
    state.diesAtHandBack = 2;
    await backWith(world, hold);
    expect(state.held).toBe(false);
  });

  test('also where a crash had left it held, and nothing changed', async () => {
    const world = migrated(2);
    world.ccm = { managesRoutes: true, allocatesFromAliases: false, oldPods: 0 };
    askForTheWayBack(world, 'check-nodes');
    const { state, hold } = holdIn(world);
    const did = await backWith(world, hold);
    expect(did.filter((line) => line.startsWith('told the cloud-controller-manager'))).toEqual([]);
    expect(state.held).toBe(false);
  });
});
