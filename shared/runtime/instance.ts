import type { Engine } from '../engine/engine.ts';
import { Drain } from './drain.ts';

/** What one function instance (one process) holds between its requests. */
export interface Instance {
  readonly engine: Promise<Engine>;
  readonly drain: Drain;
}

/** Makes the engine of a process; called once, with the signal that ends it. */
export type ConnectEngine = (shutdown: AbortSignal) => Promise<Engine>;

let connect: ConnectEngine = async (shutdown) => {
  // Loaded at the first message and not before: registering a function stays cheap.
  const { connectGoogle } = await import('./google.ts');
  return await connectGoogle(process.env, shutdown);
};
let current: Instance | undefined;
/** One for the process: whatever becomes of the connection, a signal to stop must find what is under way. */
const drain = new Drain();

/** This process's instance, opened at the first call. */
export function instance(): Instance {
  if (current === undefined) {
    current = { engine: connect(drain.signal), drain };
    current.engine.then(
      ({ telemetry }) => {
        if (telemetry !== undefined) drain.lastly(() => telemetry.flush({ everything: true }));
      },
      // A failure to connect is met by whoever awaits the engine; the next request tries again.
      () => {
        current = undefined;
      },
    );
  }
  return current;
}

/** Lets another world than Google's be behind the functions of this process; called before the first message. */
export function connectWith(other: ConnectEngine): void {
  if (current !== undefined) throw new Error('this process is connected already');
  connect = other;
}
