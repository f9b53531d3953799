import { type Migration, stepRecordOf } from '../../../shared/migration/migration.ts';
import type { Strategy } from '../../../shared/migration/plan.ts';
import { createInProcessWorld, type InProcessWorld } from '../in-process/index.ts';
import { boundOf } from './bound-of-case.ts';
import { callKinds, summed } from './call-kinds.ts';
import { LATENCY, QUOTAS } from './conditions.ts';
import type { MeasuredFigures } from './figures.ts';
import { lossOf } from './loss.ts';
import { benchShoot } from './shoot.ts';

const ROUTE_MIGRATION = 'migrate-routes';

/**
 * The product's migration by one strategy, from the change of the shoot to the end of the route migration. What follows is
 * the same whatever the strategy was, but for the rollout of the nodes, which `rollover` has behind it by then.
 */
export async function measureStrategy(
  strategy: Strategy,
  nodes: number,
  seed: number,
): Promise<MeasuredFigures> {
  const world = await createInProcessWorld({
    shoot: benchShoot(nodes),
    nodes,
    seed,
    strategy,
    acknowledgeTrafficLoss: strategy === 'cutover',
    latency: LATENCY,
    quotas: QUOTAS,
  });
  let rolloutAskedAt: number | undefined;
  world.onCall(({ port, method }) => {
    if (port === 'garden' && method === 'rolloutWorkers') rolloutAskedAt ??= world.clock.now();
    return undefined;
  });
  await world.changeShoot();
  const migration = await world.runUntil(hasMigratedRoutes);
  const loss = await lossOf(world.compute.dataPlane, world.clock);
  const { firstCallAt = 0, lastCallEndedAt = 0 } = world.runLog.spanOf(ROUTE_MIGRATION) ?? {};
  const rollsNodes = strategy === 'rollover' && rolloutAskedAt !== undefined;
  const ownEnd = rollsNodes ? rolloutAskedAt : lastCallEndedAt;
  const whole = (lastCallEndedAt - firstCallAt) / 1_000;
  const kinds = callKinds(summed(world.runLog.runsOf(ROUTE_MIGRATION).map(({ calls }) => calls)));
  // One route fewer at once than the owner lets Gardener replace.
  const bound = boundOf(strategy, nodes, Math.max(1, migration.plan.nodesAtOnce - 1));
  const figures = {
    nodes,
    strategy,
    seed,
    outcome: outcomeOf(migration, strategy),
    ...loss,
    mutationsPerNode: kinds.mutations / nodes,
    readsPerNode: kinds.reads / nodes,
    operationCallsPerNode: kinds.operationCalls / nodes,
    simulatedSeconds: ((ownEnd ?? lastCallEndedAt) - firstCallAt) / 1_000,
    withRolloutSeconds: rollsNodes ? whole : null,
    lowerBoundSeconds: bound.seconds,
    soakSeconds: bound.soakSeconds,
    ...runsOf(world),
  };
  await world.stop();
  return figures;
}

function hasMigratedRoutes(migration: Migration | undefined): boolean {
  if (migration === undefined) return false;
  const { finishedAt } = stepRecordOf(migration, ROUTE_MIGRATION);
  return finishedAt !== undefined || !migration.active || migration.status.kind === 'blocked';
}

function outcomeOf(migration: Migration, asked: Strategy): string {
  const { status, plan, position } = migration;
  if (stepRecordOf(migration, ROUTE_MIGRATION).finishedAt !== undefined) {
    return plan.strategy === asked ? 'done' : `went on as ${plan.strategy}: ${plan.why}`;
  }
  return 'reason' in status ? `${status.reason} in ${position}: ${status.message}` : status.kind;
}

function runsOf({ runLog }: InProcessWorld) {
  const runs = runLog.runs.filter(({ topic }) => topic !== 'maintenance-tick');
  return { functionRuns: runs.length, longestRunSeconds: runLog.longestRunSeconds() };
}
