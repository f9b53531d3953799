import type { OutgoingCall } from '../../in-process/index.ts';
import type { Fault } from '../faults/fault.ts';
import type { LawWatcher } from './scene.ts';
import { isMigration, numberAt } from './stored.ts';

/**
 * Cloud and cluster know no fence: there the engine promises that a run stops by its own clock when its lease ran out. So a
 * request with an effect is begun under an old fence only where clocks disagree, and then for no longer than they do. One that
 * was begun in time may arrive late, after a standstill of its instance; that is why each of them may be repeated. What had
 * been handed to an adapter before its process stood still goes out as it wakes, at once: only calls of ports that are begun
 * under an old fence, or what an adapter sends afterwards, somebody could have kept back.
 */
export const oneHolder: LawWatcher = ({ stored, theCase, now, broken }) => {
  let claimedAt = 0;
  const beganAt = now();
  const allowance = () => 1_000 * disagreement(theCase.faults, (now() - beganAt) / 1_000);
  const standstill = 1_000 * standstillSeconds(theCase.faults);
  /** By fence: when the first request of a run that woke up went out. */
  const wokenAt = new Map<number, number>();

  /** How long ago somebody else claimed it, in milliseconds; undefined for who holds it. */
  function sinceTakenOver(fence: number | undefined): number | undefined {
    const newest = numberAt(stored.migration, 'fence');
    return fence === undefined || newest === undefined || fence >= newest ? undefined : now() - claimedAt;
  }

  function wasUnderWay(fence: number, since: number): boolean {
    if (since > standstill) return false;
    const woken = wokenAt.get(fence) ?? now();
    wokenAt.set(fence, woken);
    return now() - woken <= AT_ONCE_MS;
  }

  function acted(what: string, fence: number | undefined, since: number): void {
    const newest = numberAt(stored.migration, 'fence');
    const late = `${since / 1_000} s after ${newest} was claimed`;
    broken('one holder', `${what} was begun under fence ${fence}, ${late}`);
  }

  return {
    called: ({ port, method, fence }) => {
      const since = sinceTakenOver(fence);
      if (since === undefined || since <= allowance() || !CHANGES.has(port) || isQuestion(method)) return;
      acted(`${port}.${method}`, fence, since);
    },
    written: ({ path, before, after }) => {
      if (isMigration(path) && numberAt(before, 'fence') !== numberAt(after, 'fence')) claimedAt = now();
    },
    sent: (call) => {
      const since = sinceTakenOver(call.fence);
      if (since === undefined || since <= allowance() || !hasEffect(call)) return;
      if (call.fence !== undefined && wasUnderWay(call.fence, since)) return;
      acted(`${call.port} ${call.method} ${call.subject}`, call.fence, since);
    },
  };
};

/** A process that wakes sends within one turn what it had begun before; another round trip is something new. */
const AT_ONCE_MS = 50;
const CHANGES: ReadonlySet<string> = new Set(['compute', 'cluster', 'garden']);

/** Calls of the ports that change something, in the words of `shared/compute` and `shared/kubernetes`. */
const CHANGE =
  /^(.*\.)?(create|delete|enable|disable|set|add|remove|put|stop|manage|restart|make|rollout|reconcile|configure|cordon|uncordon|hand|evict)/;

function isQuestion(method: string): boolean {
  return !CHANGE.test(method);
}

function hasEffect({ port, method, subject }: OutgoingCall): boolean {
  if (method === 'GET' || (port !== 'compute' && port !== 'cluster' && port !== 'garden')) return false;
  return (
    !subject.includes('/operations/') && !subject.includes('accessreviews') && !subject.includes('dryRun=')
  );
}

function standstillSeconds(faults: readonly Fault[]): number {
  return faults.reduce(
    (sum, fault) => (fault.kind === 'standstill' ? sum + fault.seconds * (fault.count ?? 1) : sum),
    0,
  );
}

/** Seconds by which the clocks of two instances may differ, so many seconds after the beginning. */
export function disagreement(faults: readonly Fault[], sinceBeginning: number): number {
  return faults.reduce((sum, fault) => {
    if (fault.kind !== 'wrong clock') return sum;
    const { aheadSeconds, gainsMsPerSecond, forSeconds = Number.POSITIVE_INFINITY } = fault;
    const drift = (Math.abs(gainsMsPerSecond) * Math.min(forSeconds, sinceBeginning)) / 1_000;
    return sum + Math.abs(aheadSeconds) + drift;
  }, 0);
}
