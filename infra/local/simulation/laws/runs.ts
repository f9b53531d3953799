import type { Fault } from '../faults/fault.ts';
import type { LawWatcher } from './scene.ts';

/** The engine's own limit (290 s), and what the last call under way takes to give up. */
const RUN_MS = 300_000;
/** The function's time-out; an instance that died was not ended by the engine. */
const FUNCTION_MS = 540_000;

export const runsEndInTime: LawWatcher = ({ world, theCase, broken }) => ({
  end: () => {
    const inTime = Math.min(FUNCTION_MS, RUN_MS + 1_000 * secondsKept(theCase.faults));
    for (const { topic, startedAt, endedAt, ending } of world.runLog.runs) {
      const most = ending === 'died' ? FUNCTION_MS : inTime;
      if (endedAt - startedAt <= most) continue;
      const took = (endedAt - startedAt) / 1_000;
      broken('runs end in time', `a run of ${topic} (${ending}) took ${took} s`, endedAt);
    }
  },
});

/**
 * Seconds for which the faults keep a run where no clock of its own reaches it: its process stands still, its clock goes
 * wrong, or store or bus are slow, whose clients have deadlines of their own that end no call of the engine's, or what stands for
 * the probes here, which hears of no signal. The function's time-out
 * stays above all of that.
 */
function secondsKept(faults: readonly Fault[]): number {
  return faults.reduce((sum, fault) => {
    switch (fault.kind) {
      case 'standstill':
        return sum + fault.seconds * (fault.count ?? 1);
      case 'slow request':
        return /^(compute|cluster|garden)/.test(fault.calls) ? sum : sum + fault.seconds * (fault.count ?? 1);
      case 'slow server':
        return fault.port === 'documents' || fault.port === 'bus' ? sum + fault.forSeconds : sum;
      case 'wrong clock':
        return sum + Math.abs(fault.aheadSeconds) + Math.abs(fault.gainsMsPerSecond) * 0.54;
      default:
        return sum;
    }
  }, 0);
}
