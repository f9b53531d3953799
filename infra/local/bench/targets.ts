import { type Figures, isReference, REFERENCE } from './figures.ts';
import type { Verdict } from './verdict.ts';

interface Target {
  readonly target: string;
  /** The cases that it is about; the target is left out where one of them was not measured. */
  readonly cases: (all: readonly Figures[]) => readonly (Figures | undefined)[];
  readonly judge: (...cases: readonly Figures[]) => { readonly measured: string; readonly reached: boolean };
}

const LONGEST_RUN_SECONDS = 300;
/** Simulated time at most this many times the lower bound. */
const TIMES_LOWER_BOUND = 1.25;

const TARGETS: readonly Target[] = [
  {
    target: 'overlap and rollover: 0 lost node-seconds at every size',
    cases: (all) => all.filter(({ strategy }) => strategy === 'overlap' || strategy === 'rollover'),
    judge: (...cases) => {
      const most = Math.max(...cases.map(({ lostNodeSeconds }) => lostNodeSeconds));
      return { measured: `${rounded(most)} at most`, reached: most === 0 };
    },
  },
  {
    target: 'cutover at 130 nodes: at most a fifth of the reference’s lost node-seconds',
    cases: (all) => [caseOf(all, 'cutover', 130), caseOf(all, REFERENCE, 130)],
    judge: (cutover, reference) => {
      const [lost, of] = [cutover?.lostNodeSeconds ?? 0, reference?.lostNodeSeconds ?? 0];
      return { measured: `${rounded(lost)} of ${rounded(of)}`, reached: lost <= of / 5 };
    },
  },
  perNode('overlap at 130 nodes: at most 2.1 mutations per node', 2.1, 'mutationsPerNode'),
  perNode('overlap at 130 nodes: at most 1.0 reads per node', 1, 'readsPerNode'),
  timesBound(130),
  timesBound(1_000),
  {
    target: 'overlap at 5000 nodes: cost per node within 10 % of that at 130',
    cases: (all) => [caseOf(all, 'overlap', 130), caseOf(all, 'overlap', 5_000)],
    judge: (small, big) => {
      const [before, after] = [costPerNode(small), costPerNode(big)];
      return {
        measured: `${rounded(after)} calls per node, ${rounded(before)} at 130`,
        reached: after <= before * 1.1,
      };
    },
  },
  {
    target: `no run of a function longer than ${LONGEST_RUN_SECONDS} s`,
    cases: (all) => all.filter(({ strategy }) => !isReference(strategy)),
    judge: (...cases) => {
      const longest = Math.max(...cases.map(({ longestRunSeconds }) => longestRunSeconds));
      return { measured: `${rounded(longest)} s at most`, reached: longest <= LONGEST_RUN_SECONDS };
    },
  },
];

/** Every target whose cases were measured. A case that did not come to its end reaches nothing. */
export function verdictsOn(all: readonly Figures[]): readonly Verdict[] {
  return TARGETS.flatMap(({ target, cases, judge }) => {
    const concerned = cases(all);
    const measured = concerned.filter((figures) => figures !== undefined);
    if (measured.length === 0 || measured.length < concerned.length) return [];
    const open = measured.filter(({ outcome }) => outcome !== 'done');
    if (open.length === 0) return [{ target, ...judge(...measured) }];
    const names = open.map(({ strategy, nodes }) => `${strategy} with ${nodes} nodes`).join(', ');
    return [{ target, measured: `${names} did not come to its end`, reached: false }];
  });
}

function perNode(target: string, most: number, figure: 'mutationsPerNode' | 'readsPerNode'): Target {
  return {
    target,
    cases: (all) => [caseOf(all, 'overlap', 130)],
    judge: (overlap) => {
      const value = overlap?.[figure] ?? 0;
      return { measured: rounded(value), reached: value <= most };
    },
  };
}

function timesBound(nodes: number): Target {
  return {
    target: `overlap at ${nodes} nodes: simulated time at most ${TIMES_LOWER_BOUND} × the lower bound`,
    cases: (all) => [caseOf(all, 'overlap', nodes)],
    judge: (overlap) => {
      const { simulatedSeconds = 0, lowerBoundSeconds = 1, soakSeconds = 0 } = overlap ?? {};
      const times = simulatedSeconds / lowerBoundSeconds;
      const ofCalls = (simulatedSeconds - soakSeconds) / (lowerBoundSeconds - soakSeconds);
      const measured = `${rounded(times)} ×; without the prescribed waiting on either side ${rounded(ofCalls)} ×`;
      return { measured, reached: times <= TIMES_LOWER_BOUND };
    },
  };
}

/** Calls of every kind: what a quota sees. */
function costPerNode(figures: Figures | undefined): number {
  if (figures === undefined) return 0;
  const { mutationsPerNode, readsPerNode, operationCallsPerNode } = figures;
  return mutationsPerNode + readsPerNode + operationCallsPerNode;
}

function caseOf(all: readonly Figures[], strategy: Figures['strategy'], nodes: number): Figures | undefined {
  return all.find((figures) => figures.strategy === strategy && figures.nodes === nodes);
}

function rounded(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, '');
}
