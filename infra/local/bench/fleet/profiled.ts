import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

/** Between two samples. Finer ones cost time of their own. */
const INTERVAL_MICROSECONDS = 1_000;

export interface Profiled<Result> {
  readonly result: Result;
  readonly profile: Profiler.Profile;
  /** CPU time of this thread meanwhile. */
  readonly cpuSeconds: number;
}

/** Does the work under V8's CPU profiler. */
export async function profiled<Result>(work: () => Promise<Result>): Promise<Profiled<Result>> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
    await session.post('Profiler.start');
    const before = process.threadCpuUsage();
    const result = await work();
    const { user, system } = process.threadCpuUsage(before);
    const { profile } = await session.post('Profiler.stop');
    return { result, profile, cpuSeconds: (user + system) / 1e6 };
  } finally {
    session.disconnect();
  }
}
