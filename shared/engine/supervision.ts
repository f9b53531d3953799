import type { Claim } from './claim.ts';
import type { Engine } from './engine.ts';
import { LeaseLost, RunInterrupted } from './errors.ts';
import { isToStop } from './safe-point.ts';

/** What watches over a run while it acts. */
export interface Supervision {
  /** Aborts when the lease is lost, the run's time is used up, or the run has ended. */
  readonly signal: AbortSignal;
  /**
   * For one wait: aborts when there is no sense in sitting it out, as `signal`, at a shutdown, and when an operator wants a
   * stop. Made anew for each, since an operator may change his mind, or a stop may have to wait for a safe point.
   */
  patience(): AbortSignal;
  /** @throws LeaseLost when the lease is over by this instance's clock; whatever `signal` aborted with, once it has. */
  assertHeld(): void;
  /** True once the run has to stop: its instance goes down, or it was stopped for taking too long. */
  mustStop(): boolean;
  /** Why a call that was under way ended early, when that is due to the supervision and not to the call. */
  verdict(): 'lease lost' | 'interrupted' | undefined;
  /** Ends the watch; resolves when nothing of it is left. */
  end(): Promise<void>;
}

/** Renews the lease three times as often as it runs out, and stops the run when it is lost or the time is used up. */
export function supervise(engine: Engine, held: Claim): Supervision {
  const over = new AbortController();
  let stopped: Error | undefined;
  const stop = (why: Error) => {
    if (over.signal.aborted) return;
    stopped = why;
    over.abort(why);
  };
  let waiting = new AbortController();
  const wantsStop = () => waiting.abort(new RunInterrupted('an operator asked for it'));
  const watch = { signal: over.signal, stop };
  const background = [
    heartbeat(engine, held, wantsStop, watch),
    leaseEnd(engine, held, watch),
    hardStop(engine, watch),
  ];
  return {
    signal: over.signal,
    patience: () => {
      waiting = new AbortController();
      return AbortSignal.any([over.signal, engine.shutdown, waiting.signal]);
    },
    assertHeld: () => {
      if (leaseLeft(engine, held) <= 0) stop(new LeaseLost(held.migration.id, held.fence));
      over.signal.throwIfAborted();
    },
    mustStop: () => engine.shutdown.aborted || stopped !== undefined,
    verdict: () => {
      if (stopped instanceof LeaseLost) return 'lease lost';
      return stopped !== undefined || engine.shutdown.aborted ? 'interrupted' : undefined;
    },
    end: async () => {
      over.abort(new RunInterrupted('the run has ended'));
      await Promise.all(background);
    },
  };
}

/** What each of the watches needs: it goes on until the signal aborts, and may stop the run. */
interface Watch {
  readonly signal: AbortSignal;
  readonly stop: (why: Error) => void;
}

async function heartbeat(
  engine: Engine,
  held: Claim,
  wantsStop: () => void,
  { signal, stop }: Watch,
): Promise<void> {
  const pause = (engine.limits.leaseSeconds * 1000) / 3;
  // A run that was told to stop and does not is not kept alive: its lease runs out, and another run goes on.
  while (await sleptThrough(engine, pause, signal)) {
    try {
      const migration = await held.write((current) => ({ migration: current }));
      if (isToStop(migration)) wantsStop();
    } catch (error) {
      stop(error instanceof Error ? error : new Error(String(error)));
      return;
    }
  }
}

/** Without a store nobody hears that the lease is lost: a run whose lease was not renewed in time stops by its own clock. */
async function leaseEnd(engine: Engine, held: Claim, { signal, stop }: Watch): Promise<void> {
  for (;;) {
    const left = leaseLeft(engine, held);
    if (left <= 0) {
      stop(new LeaseLost(held.migration.id, held.fence));
      return;
    }
    if (!(await sleptThrough(engine, left, signal))) return;
  }
}

/** Milliseconds by this instance's clock; not more than 0 when it is over. */
function leaseLeft({ clock }: Engine, { migration: { lease } }: Claim): number {
  return lease === undefined ? 0 : Date.parse(lease.expiresAt) - clock.now();
}

async function hardStop(engine: Engine, { signal, stop }: Watch): Promise<void> {
  const { runHardSeconds } = engine.limits;
  if (await sleptThrough(engine, runHardSeconds * 1000, signal)) {
    stop(new RunInterrupted(`the run took longer than ${runHardSeconds} s`));
  }
}

/** Whether the time passed before the signal aborted. */
export async function sleptThrough(
  engine: Engine,
  milliseconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  try {
    await engine.clock.sleep(milliseconds, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
