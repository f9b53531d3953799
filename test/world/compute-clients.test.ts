import { expect, onTestFinished, test } from 'vitest';
import type { Fault, Switches } from '../../infra/local/gce/index.ts';
import { createInProcessWorld, type InProcessOptions } from '../../infra/local/in-process/index.ts';

interface Case {
  readonly strategy: NonNullable<InProcessOptions['strategy']>;
  readonly seed: number;
  readonly trouble: string;
  readonly faults?: readonly Fault[];
  readonly switches?: Partial<Switches>;
  readonly callsPerMinute?: { readonly writes?: number; readonly operationReads?: number };
}

const CASES: readonly Case[] = [
  {
    strategy: 'overlap',
    seed: 11,
    trouble: 'answers that are lost',
    faults: [
      { method: 'routes.delete', kind: 'drop-connection', effect: 'after', call: 2 },
      { method: 'instances.updateNetworkInterface', kind: 'drop-connection', effect: 'after' },
      { method: 'subnetworks.get', kind: 'drop-connection', call: 3 },
    ],
  },
  {
    strategy: 'overlap',
    seed: 12,
    trouble: 'refusals that pass',
    faults: [
      { method: 'routes.delete', kind: 'http-error', code: 503, reason: 'backendError' },
      {
        method: 'instances.updateNetworkInterface',
        kind: 'http-error',
        code: 412,
        reason: 'conditionNotMet',
      },
      { method: 'subnetworks.patch', kind: 'operation-error', reason: 'RESOURCE_NOT_READY' },
      { method: 'globalOperations.wait', kind: 'http-error', code: 404, reason: 'notFound' },
    ],
    switches: { operationWait: 'at-once', noOpPatch: '304' },
  },
  {
    strategy: 'overlap',
    seed: 13,
    trouble: 'a rate quota that is used up',
    callsPerMinute: { writes: 4 },
  },
  {
    strategy: 'overlap',
    seed: 14,
    trouble: 'routes that may not be deleted',
    faults: [{ method: 'routes.delete', kind: 'http-error', code: 403, reason: 'forbidden', call: 'every' }],
  },
  {
    strategy: 'cutover',
    seed: 15,
    trouble: 'operations that fail',
    faults: [{ method: 'routes.delete', kind: 'operation-error', reason: 'INTERNAL_ERROR', call: 'every' }],
  },
];

/** All that a world leaves behind of a migration. */
async function history(theCase: Case, clients: 'real' | 'direct') {
  const { strategy, seed, faults = [], switches = {}, callsPerMinute } = theCase;
  const world = await createInProcessWorld({
    nodes: 4,
    strategy,
    seed,
    clients,
    switches,
    acknowledgeTrafficLoss: strategy === 'cutover',
    ...(callsPerMinute !== undefined && { quotas: { callsPerMinute } }),
  });
  onTestFinished(() => world.stop());
  for (const fault of faults) world.compute.faults.add(fault);
  const calls: unknown[] = [];
  world.onCall(({ port, method, args }) => {
    calls.push({ port, method, args, at: world.clock.now() });
    return undefined;
  });
  const events: unknown[] = [];
  world.compute.onEvent((event) => events.push(event));
  await world.changeShoot();
  const migration = await world.runUntil('ended');
  // The function that ended it is still to answer.
  await world.clock.advance(5_000);
  return {
    calls,
    events,
    migration,
    entries: await world.migrations.history(migration.id),
    runs: world.runLog.runs,
    compute: world.compute.calls(),
    gaps: world.gaps(),
  };
}

test.each(CASES)(
  '$strategy with $trouble has the same history through Google’s clients and past them (seed $seed)',
  { timeout: 120_000 },
  async (theCase) => {
    expect(await history(theCase, 'direct')).toEqual(await history(theCase, 'real'));
  },
);
