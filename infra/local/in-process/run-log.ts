import type { StepName } from '../../../shared/migration/steps.ts';
import type { CallCounts } from '../gce/index.ts';
import type { PortCall } from './port-calls.ts';

/** One run of a function: a message delivered to it, and what came of that. */
export interface FunctionRun {
  /** Topic, hence name of the function. */
  readonly topic: string;
  /** Milliseconds of the world's clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** `died` when its instance was killed meanwhile. */
  readonly ending: 'acknowledged' | 'refused' | 'failed' | 'died';
  /** What the handler returned, why it refused, or the error. */
  readonly said: unknown;
  /** Calls to the Compute Engine API in that time, by method. */
  readonly calls: CallCounts['byMethod'];
}

/** When a step made its first call to cloud and cluster, and when its last one was answered, over all of its runs. */
export interface StepSpan {
  readonly firstCallAt: number;
  readonly lastCallEndedAt: number;
}

/** What the functions did, for reports and figures. */
export class RunLog {
  readonly runs: FunctionRun[] = [];
  readonly #spans = new Map<StepName, StepSpan>();

  spanOf(step: StepName): StepSpan | undefined {
    return this.#spans.get(step);
  }

  runsOf(topic: string): readonly FunctionRun[] {
    return this.runs.filter((run) => run.topic === topic);
  }

  /** The longest run of any function, in simulated seconds. */
  longestRunSeconds(): number {
    return Math.max(0, ...this.runs.map(({ startedAt, endedAt }) => endedAt - startedAt)) / 1_000;
  }

  callAnswered({ step }: PortCall, startedAt: number, endedAt: number): void {
    if (step === undefined) return;
    const known = this.#spans.get(step);
    this.#spans.set(step, {
      firstCallAt: known?.firstCallAt ?? startedAt,
      lastCallEndedAt: Math.max(known?.lastCallEndedAt ?? endedAt, endedAt),
    });
  }
}

/** What was counted since, by method; methods that were not called are left out. */
export function countedSince(before: CallCounts['byMethod'], now: CallCounts['byMethod']) {
  // The very same counts: nothing was called.
  if (before === now) return {};
  return Object.fromEntries(
    Object.entries(now).flatMap(([method, count]) => {
      const since = count - (before[method] ?? 0);
      return since > 0 ? [[method, since] as const] : [];
    }),
  );
}
