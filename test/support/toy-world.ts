import { type Interceptor, intercepted } from './interception.ts';

/** The cloud of the toy steps: things that are there or not, each change of them counted. */
export interface ToyWorld {
  /** Everything that was changed, in order: `subnet services`, `restarted at …`. A call that changed nothing is not here. */
  readonly effects: readonly string[];
  /** What an instance sees of it, its calls passing through the interceptor. */
  seenThrough(intercept: Interceptor): ToyView;
}

export interface ToyView {
  /** The value of each thing that is there. */
  look(): Promise<ReadonlyMap<string, string>>;
  /** Sets a thing to a value; no effect when it has that value already. */
  put(thing: string, value: string): Promise<void>;
}

/** `onEffect` is called in the moment of each change, before anybody hears of it. */
export function toyWorld(onEffect: (thing: string, value: string) => void = () => undefined): ToyWorld {
  const things = new Map<string, string>();
  const effects: string[] = [];
  return {
    effects,
    seenThrough: (intercept) => ({
      look: () =>
        intercepted(intercept, { port: 'world', method: 'look', target: '' }, async () => new Map(things)),
      put: (thing, value) =>
        intercepted(intercept, { port: 'world', method: 'put', target: thing }, async () => {
          if (things.get(thing) === value) return;
          things.set(thing, value);
          effects.push(`${thing}: ${value}`);
          onEffect(thing, value);
        }),
    }),
  };
}
