import type { Migration } from '../migration/migration.ts';
import type { Rollout, Trouble } from '../store/rollout.ts';

/** How one of the shoots stands that are to show that all goes well. */
type CanaryState =
  | 'passed'
  /** Something was wrong with it, and somebody said to go on all the same. */
  | 'accepted'
  | 'under way'
  | 'waiting'
  | 'blocked'
  | 'led back'
  /** Nobody asked for it to be dual-stack. */
  | 'no migration';

export interface Canary {
  readonly shoot: string;
  readonly state: CanaryState;
  /** The active one, else the newest. */
  readonly migration: Migration | undefined;
}

/** The canaries of a policy; `newest` is each one's active migration, else its newest. */
export function canariesOf(
  { policy, passed, accepted }: Pick<Rollout, 'policy' | 'passed' | 'accepted'>,
  newest: (shoot: string) => Migration | undefined,
): readonly Canary[] {
  return policy.canaries.map((shoot) => {
    const migration = newest(shoot);
    const isAccepted = accepted.some((each) => each.migration === migration?.id);
    if (passed.includes(shoot) || migration?.status.kind === 'succeeded') {
      return { shoot, migration, state: 'passed' };
    }
    if (migration === undefined) return { shoot, migration, state: 'no migration' };
    return { shoot, migration, state: isAccepted ? 'accepted' : stateOf(migration) };
  });
}

export function hasPassed({ state }: Canary): boolean {
  return state === 'passed' || state === 'accepted';
}

function stateOf({ status, gate }: Migration): CanaryState {
  if (status.kind === 'aborted') return 'led back';
  if (status.kind === 'blocked') return 'blocked';
  return gate !== undefined && gate.letIn === undefined ? 'waiting' : 'under way';
}

/** What is wrong with a canary; undefined when nothing is. */
export function troubleOf({ shoot, state, migration }: Canary): Trouble | undefined {
  if (migration === undefined) return undefined;
  const about = { migration: migration.id, shoot };
  const { status } = migration;
  if (state === 'led back') {
    const message = `the canary ${shoot} was led back at ${status.since}`;
    return { ...about, reason: 'CanaryLedBack', message };
  }
  if (state !== 'blocked' || status.kind !== 'blocked') return undefined;
  const message = `the canary ${shoot} is blocked since ${status.since}: ${status.reason}`;
  return { ...about, reason: 'CanaryBlocked', message };
}
