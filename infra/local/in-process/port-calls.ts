import type { StepName } from '../../../shared/migration/steps.ts';
import type { Life } from './life.ts';

/** A call of the product to the world outside it. */
export interface PortCall {
  readonly port: 'documents' | 'bus' | 'compute' | 'cluster' | 'garden' | 'reachability';
  /** `deleteRoute`; in a part of a port with that part's name: `cloudControllerManager.stopManagingRoutes`. */
  readonly method: string;
  readonly args: readonly unknown[];
  /** For whose run the port was opened; undefined for store and bus, which all of the engine uses. */
  readonly step: StepName | undefined;
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

/** The port as an instance sees it: every call passes through `destiny` and ends with the instance's life. */
export function portThrough<Port extends object>(
  port: Port,
  whose: Pick<PortCall, 'port' | 'step'>,
  passage: {
    readonly life: Life;
    destiny(call: PortCall): Fate | undefined;
    tell?(call: PortCall): () => void;
  },
  path = '',
): Port {
  return new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol') return value;
      const method = `${path}${key}`;
      if (typeof value === 'object' && value !== null)
        return portThrough(value, whose, passage, `${method}.`);
      if (typeof value !== 'function') return value;
      return async (...args: readonly unknown[]) => {
        const { life } = passage;
        const call = { ...whose, method, args };
        // A dead instance makes no calls, so nobody is asked about them.
        const fate = life.isOver ? undefined : passage.destiny(call);
        if (fate === 'dies before') life.end();
        return await life.within(async () => {
          if (fate instanceof Error) throw fate;
          const answered = passage.tell?.(call);
          try {
            return await Reflect.apply(value, target, args);
          } finally {
            answered?.();
            if (fate === 'dies after') life.end();
          }
        });
      };
    },
  });
}
