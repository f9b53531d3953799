import type { Case } from '../case.ts';
import type { Fault } from '../faults/fault.ts';
import type { LawWatcher } from './scene.ts';
import { at, type Fields, instantAt, isMigration, textAt } from './stored.ts';

/** From when the tick finds something until its nudge has led to a write: a minute between ticks, and time for the run. */
const TICK_SECONDS = 60;
const RUN_SECONDS = 300;
/** A ready migration whose nudge never came, as the engine counts it. */
const STUCK_SECONDS = 900;

/**
 * A migration that lies still is taken up again by the tick at a time that its document tells. Whoever comes later than that
 * and a run has let it lie. The faults of a case may keep everybody away for so long as they last.
 */
export const nothingIsLost: LawWatcher = ({ now, theCase, broken }) => {
  let resumedAt = 0;
  let lying: { readonly path: string; readonly until: number } | undefined;
  const allowance = 1_000 * (TICK_SECONDS + RUN_SECONDS + faultSeconds(theCase.faults));

  function judge(): void {
    if (lying === undefined || now() <= lying.until + allowance) return;
    const late = Math.round((now() - lying.until) / 1_000);
    broken('nothing is lost', `${lying.path} lay for ${late} s after somebody should have come for it`);
  }

  return {
    written: ({ path, before, after }) => {
      if (!isMigration(path) || after === undefined) return;
      judge();
      if (at(before, 'paused') === true) resumedAt = now();
      const until = liesUntil(after);
      // What a pause ends at is taken up from then on.
      lying = until === undefined ? undefined : { path, until: Math.max(until, resumedAt) };
    },
    end: judge,
  };
};

/** The instant at which the tick takes it up; undefined when only a human does. */
function liesUntil(migration: Fields): number | undefined {
  const since = instantAt(migration, 'status', 'since') ?? 0;
  if (at(migration, 'active') === false || at(migration, 'paused') === true) return undefined;
  switch (textAt(migration, 'status', 'kind')) {
    case 'running':
      return instantAt(migration, 'lease', 'expiresAt');
    case 'waiting':
      return instantAt(migration, 'wakeAt');
    case 'ready':
      return since + STUCK_SECONDS * 1_000;
    default:
      return undefined;
  }
}

/** An allowance for every fault: a crash costs a lease, others say how long they last. */
export function faultSeconds(faults: readonly object[]): number {
  return faults.reduce((sum, fault) => {
    return sum + 300 + lastingSeconds([fault]);
  }, 0);
}

function lastingSeconds(faults: readonly object[]): number {
  return faults
    .flatMap((fault) =>
      Object.entries(isMissingTicks(fault) ? { seconds: fault.count * TICK_SECONDS } : fault),
    )
    .reduce(
      (sum, [name, value]) => (typeof value === 'number' && /seconds$/i.test(name) ? sum + value : sum),
      0,
    );
}

function isMissingTicks(fault: object): fault is { readonly count: number } {
  return 'kind' in fault && fault.kind === 'missing ticks' && 'count' in fault;
}

/**
 * Ten deliveries with pauses of 10 s to 600 s: the bus tries for some 40 minutes. Less than that is nobody's reason to give a message
 * up, and neither are fewer failures than deliveries. That the migration goes on afterwards is another law.
 */
const PATIENCE_SECONDS = 2_400;
const DELIVERIES = 10;

function outlastsTheBus({ faults, suspendAfterMs }: Case): boolean {
  if (suspendAfterMs !== undefined) return true;
  const failures = faults.reduce((sum, fault) => sum + ('count' in fault ? (fault.count ?? 1) : 1), 0);
  return failures >= DELIVERIES || lastingSeconds(faults) >= PATIENCE_SECONDS || faults.some(isFinal);
}

/** What no repetition mends fails every delivery. */
function isFinal(fault: Fault): boolean {
  return (
    (fault.kind === 'refusal' && fault.status === 403) ||
    (fault.kind === 'operation hangs' && fault.seconds === undefined)
  );
}

/** A refusal on record is a message that could never succeed: nobody sends one but the case. */
export const noDeadLetters: LawWatcher = ({ world, theCase, broken }) => ({
  written: ({ path, after }) => {
    if (!path.startsWith('refusals/') || after === undefined) return;
    if (theCase.faults.some(({ kind }) => SPOILS_MESSAGES.test(kind))) return;
    // How the product puts a dead letter on record.
    if (textAt(after, 'reason') === 'DeliveriesExhausted' && outlastsTheBus(theCase)) return;
    broken('no dead letters', `${path}: ${textAt(after, 'reason')}, ${textAt(after, 'message')}`);
  },
  end: () => {
    const [first] = world.runLog.runsOf('dead-letter');
    if (first === undefined || outlastsTheBus(theCase)) return;
    broken(
      'no dead letters',
      'a message ended as a dead letter although nothing was away for long',
      first.startedAt,
    );
  },
});

/** Kinds of faults that hand the functions messages of nobody's. */
const SPOILS_MESSAGES = /message|garbage|garbled|spoil/;
