import type { Scene } from './scene.ts';

/** The instance that makes the `atCall`th call of the product to the world (over all of its runs, from 1) dies there. */
export interface Crash {
  readonly kind: 'crash';
  /** Counts the calls of its ports, as `world.onCall` is told of them; one of them may be several requests. */
  readonly atCall: number;
  /** Before the call, or after its effect and before its answer. */
  readonly when: 'before' | 'after';
}

export function armCrash({ atCall, when }: Crash, { world, signal, struck }: Scene): void {
  let calls = 0;
  const end = world.onCall(() => {
    calls += 1;
    if (calls !== atCall) return undefined;
    struck();
    return when === 'before' ? 'dies before' : 'dies after';
  });
  signal.addEventListener('abort', end, { once: true });
}
