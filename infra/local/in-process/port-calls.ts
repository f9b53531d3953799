import type { StepName } from '../../../shared/migration/steps.ts';
import type { Life } from './life.ts';
import type { OutgoingCalls } from './outgoing-calls.ts';

/** A call of the product to the world outside it. */
export interface PortCall {
  readonly port: 'documents' | 'bus' | 'compute' | 'cluster' | 'garden' | 'reachability';
  /** `deleteRoute`; in a part of a port with that part's name: `cloudControllerManager.stopManagingRoutes`. */
  readonly method: string;
  readonly args: readonly unknown[];
  /** For whose run the port was opened; undefined for store and bus, which all of the engine uses. */
  readonly step: StepName | undefined;
  /** Fencing token of the claim for whose run the port was opened. */
  readonly fence?: number | undefined;
}

/**
 * What befalls a call: the instance that makes it dies before it, or after its effect and before its answer; or the call
 * fails with an error and has no effect.
 */
export type Fate = 'dies before' | 'dies after' | Error;

/** Says of every call what befalls it; most of the time nothing. */
export type Destiny = (call: PortCall) => Fate | undefined;

/** Told of each call when it has been answered, well or badly. Instants of the world's clock. */
export type CallListener = (call: PortCall, startedAt: number, endedAt: number) => void;

/** What a port's calls pass through on their way out of an instance. */
export interface Exit {
  readonly life: Life;
  destiny(call: PortCall): Fate | undefined;
  tell?(call: PortCall): () => void;
  /** Where a call of the port is the one thing that leaves the process; absent where its HTTP requests are. */
  readonly outgoing?: OutgoingCalls;
}

/** The port as an instance sees it: every call passes through `destiny` and ends with the instance's life. */
export function portThrough<Port extends object>(
  port: Port,
  whose: Pick<PortCall, 'port' | 'step' | 'fence'>,
  exit: Exit,
  path = '',
): Port {
  return new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol') return value;
      const method = `${path}${key}`;
      if (typeof value === 'object' && value !== null) return portThrough(value, whose, exit, `${method}.`);
      if (typeof value !== 'function') return value;
      return async (...args: readonly unknown[]) => {
        const { life } = exit;
        const call = { ...whose, method, args };
        // A dead instance makes no calls, so nobody is asked about them.
        const fate = life.isOver ? undefined : exit.destiny(call);
        if (fate === 'dies before') life.end();
        return await life.survived(async () => {
          if (fate instanceof Error) throw fate;
          const answered = exit.tell?.(call);
          try {
            return await sent(exit, call, () => Reflect.apply(value, target, args));
          } finally {
            answered?.();
            if (fate === 'dies after') life.end();
          }
        });
      };
    },
  });
}

async function sent(
  { outgoing, life }: Exit,
  { port, step, method, args }: PortCall,
  carryOut: () => Promise<unknown>,
): Promise<unknown> {
  if (outgoing === undefined) return await carryOut();
  const call = {
    ...{ port, step, method },
    get subject() {
      return subjectOf(args[0]);
    },
  };
  const answer = () => {
    throw new TypeError(`${port} ${method} is no HTTP request`);
  };
  return await outgoing.send(life, { call, carryOut, answer });
}

/** The first argument of a call of store and bus: a path, a topic, or writes. */
function subjectOf(argument: unknown): string {
  if (typeof argument === 'string') return argument;
  if (!Array.isArray(argument)) return '';
  return argument.map((write: unknown) => pathOf(write)).join(' ');
}

function pathOf(write: unknown): string {
  if (typeof write !== 'object' || write === null || !('path' in write)) return '';
  return `${'kind' in write ? String(write.kind) : ''}:${String(write.path)}`;
}
