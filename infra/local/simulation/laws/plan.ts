import { type StoredDocuments, textAt } from './stored.ts';

/** What the stored migration says of its own way, as far as laws depend on it. */

export function strategyOf({ migration }: StoredDocuments): string {
  return textAt(migration, 'plan', 'strategy');
}

/** On its way back to what was found. */
export function isLedBack({ migration }: StoredDocuments): boolean {
  return textAt(migration, 'position') === 'abort' || textAt(migration, 'status', 'kind') === 'aborted';
}

/** An operator said that traffic may be lost, and the plan is to cut. */
export function mayCut(stored: StoredDocuments): boolean {
  const { migration } = stored;
  return strategyOf(stored) === 'cutover' && textAt(migration, 'plan', 'trafficLossAcknowledgedAt') !== '';
}
