import type { Clock } from '../../shared/clock.ts';
import { type Call, type Fault, hangs, type Interceptor } from './interception.ts';

/** A function instance that can die: from then on nothing of it goes on, no catch block and no timer either. */
export interface MortalProcess {
  /** Resolves when it has died. */
  readonly died: Promise<void>;
  /** Ends it now, wherever it is. */
  kill(): void;
  /** Put in the way of all its calls. */
  readonly intercept: Interceptor;
  /** The clock as this process sees it. */
  clockOf<Kind extends Clock>(clock: Kind): Kind;
}

/** Where a process dies: before a call, or after its effect and before its answer. */
export type Death = 'before' | 'after';

/** A process in which `fate` says at every call whether it dies there, or what else befalls the call. */
export function mortalProcess(fate: (call: Call) => Death | Fault | undefined): MortalProcess {
  const death = Promise.withResolvers<void>();
  let dead = false;
  function kill(): void {
    dead = true;
    death.resolve();
  }
  async function goOn(dies = false): Promise<void> {
    if (dies) kill();
    if (dead) await hangs();
  }
  return {
    died: death.promise,
    kill,
    intercept: (call) => {
      // A dead process makes no calls, so its calls are not asked about.
      const destiny = dead ? undefined : fate(call);
      const fault = typeof destiny === 'object' ? destiny : {};
      return {
        before: async () => {
          await goOn(destiny === 'before');
          await fault.before?.();
        },
        after: async () => {
          await goOn(destiny === 'after');
          await fault.after?.();
        },
      };
    },
    clockOf: (clock) => ({
      ...clock,
      sleep: async (milliseconds, signal) => {
        try {
          await clock.sleep(milliseconds, signal);
        } finally {
          await goOn();
        }
      },
    }),
  };
}
