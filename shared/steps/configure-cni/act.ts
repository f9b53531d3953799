import { timestamp } from '../../clock.ts';
import type { StepRun } from '../../engine/step.ts';
import { type CniAction, RECONCILE_ASKED_AT } from './decide.ts';
import { WRITES, withWrite } from './writes.ts';

/** Asks for the one reconciliation, or configures the plugin; both may be repeated. */
export async function actOnCni(action: CniAction, run: StepRun): Promise<void> {
  if (action.kind === 'configure') {
    await run.ports.cluster.networkPlugin.configure(action.plugin, action.ranges);
    // Counted after the fact: a run that died over it and is repeated was undone by nobody.
    await run.remember(WRITES, withWrite(run.migration.marks[WRITES], run.clock.now()));
    return;
  }
  if (action.kind === 'hand back controller') {
    await run.ports.managerHold?.handBack();
    return;
  }
  // Marked first: a crash in between costs half an hour, asked twice would reconcile twice.
  await run.remember(RECONCILE_ASKED_AT, timestamp(run.clock));
  await run.ports.garden.reconcile();
}

export function describeCniAction(action: CniAction): string {
  if (action.kind === 'ask for reconciliation') {
    return 'asked Gardener to reconcile the shoot, so that the API server accepts dual-stack Services';
  }
  if (action.kind === 'hand back controller') return 'handed the cloud-controller-manager back to Gardener';
  const changes = action.differing.map(({ object, changes }) => `${object} (${changes.join(', ')})`);
  return `configured ${action.plugin} for both families: ${changes.join('; ')}`;
}
