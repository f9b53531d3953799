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
  /** True once the run has to stop: its instance goes down, or it was stopped for taking too long. */
  mustStop(): boolean;
  /** Why a call that was under way ended early, when that is due to the supervision and not to the call. */
  verdict(): 'lease lost' | 'interrupted' | undefined;
  /** Ends the watch; resolves when nothing of it is left. */
  end(): Promise<void>;
}

/** Renews the lease three times as often as it runs out, and stops the run when it is lost or the time is used up. */
export function supervise(engine: Engine, held: Claim): Supervision {
  const stop = new AbortController();
  const ended = new AbortController();
  let waiting = new AbortController();
  const wantsStop = () => waiting.abort(new RunInterrupted('an operator asked for it'));
  const background = [
    heartbeat(engine, held, ended.signal, { stop, wantsStop }),
    leaseEnd(engine, held, ended.signal, stop),
    hardStop(engine, ended.signal, stop),
  ];
  const signal = AbortSignal.any([stop.signal, ended.signal]);
  return {
    signal,
    patience: () => {
      waiting = new AbortController();
      return AbortSignal.any([signal, engine.shutdown, waiting.signal]);
    },
    mustStop: () => engine.shutdown.aborted || stop.signal.aborted,
    verdict: () => {
      if (stop.signal.aborted && stop.signal.reason instanceof LeaseLost) return 'lease lost';
      return stop.signal.aborted || engine.shutdown.aborted ? 'interrupted' : undefined;
    },
    end: async () => {
      ended.abort(new RunInterrupted('the run has ended'));
      await Promise.all(background);
    },
  };
}

async function heartbeat(
  engine: Engine,
  held: Claim,
  ended: AbortSignal,
  { stop, wantsStop }: { readonly stop: AbortController; readonly wantsStop: () => void },
): Promise<void> {
  const pause = (engine.limits.leaseSeconds * 1000) / 3;
  // A run that was told to stop and does not is not kept alive: its lease runs out, and another run goes on.
  const over = AbortSignal.any([ended, stop.signal]);
  while (await sleptThrough(engine, pause, over)) {
    try {
      const migration = await held.write((current) => ({ migration: current }));
      if (isToStop(migration)) wantsStop();
    } catch (error) {
      if (!ended.aborted) stop.abort(error);
      return;
    }
  }
}

/** Without a store nobody hears that the lease is lost: a run whose lease was not renewed in time stops by its own clock. */
async function leaseEnd(
  engine: Engine,
  held: Claim,
  ended: AbortSignal,
  stop: AbortController,
): Promise<void> {
  for (;;) {
    const { lease, id } = held.migration;
    const left = lease === undefined ? 0 : Date.parse(lease.expiresAt) - engine.clock.now();
    if (left <= 0) {
      if (!ended.aborted) stop.abort(new LeaseLost(id, held.fence));
      return;
    }
    if (!(await sleptThrough(engine, left, AbortSignal.any([ended, stop.signal])))) return;
  }
}

async function hardStop(engine: Engine, ended: AbortSignal, stop: AbortController): Promise<void> {
  const { runHardSeconds } = engine.limits;
  if (await sleptThrough(engine, runHardSeconds * 1000, ended)) {
    stop.abort(new RunInterrupted(`the run took longer than ${runHardSeconds} s`));
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
