import type { Moment, Run } from './run.ts';

/** Of several runs: half of them were below the median. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface MomentFigures {
  readonly ms: Spread;
  readonly cpuMs: Spread | undefined;
  readonly rssMb: Spread;
}

export interface RunFigures {
  readonly serves: MomentFigures;
  readonly answered: MomentFigures;
}

/** A function, beside the naive import of the same packages. */
export interface FunctionFigures {
  readonly name: string;
  /** Of the folder that is deployed, without functions-framework; of a probe that is not deployed, of its code. */
  readonly bundleBytes: number;
  /** Of the code that is loaded before it serves. */
  readonly bundleBytesAtStart: number;
  readonly bundled: RunFigures;
  readonly naive: RunFigures;
  /** Median time until it serves, as a share of the naive import's. */
  readonly shareOfNaive: number;
  /** The same of the time that its threads ran; where the system tells. */
  readonly cpuShareOfNaive: number | undefined;
}

/** @throws RangeError without any run. */
export function figuresOf(runs: readonly Run[]): RunFigures {
  return {
    serves: momentsOf(runs.map(({ serves }) => serves)),
    answered: momentsOf(runs.map(({ answered }) => answered)),
  };
}

export function shares(
  bundled: RunFigures,
  naive: RunFigures,
): Pick<FunctionFigures, 'shareOfNaive' | 'cpuShareOfNaive'> {
  const [ours, theirs] = [bundled.serves, naive.serves];
  return {
    shareOfNaive: ours.ms.median / theirs.ms.median,
    cpuShareOfNaive:
      ours.cpuMs === undefined || theirs.cpuMs === undefined
        ? undefined
        : ours.cpuMs.median / theirs.cpuMs.median,
  };
}

function momentsOf(moments: readonly Moment[]): MomentFigures {
  const cpu = moments.flatMap(({ cpuMs }) => (cpuMs === undefined ? [] : [cpuMs]));
  return {
    ms: spreadOf(moments.map(({ ms }) => ms)),
    cpuMs: cpu.length === 0 ? undefined : spreadOf(cpu),
    rssMb: spreadOf(moments.map(({ rssMb }) => rssMb)),
  };
}

/** @throws RangeError without any value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const below = sorted[Math.floor((sorted.length - 1) / 2)];
  const above = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || below === undefined || above === undefined) {
    throw new RangeError('nothing was measured');
  }
  return { median: (below + above) / 2, min, max };
}
