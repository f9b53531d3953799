import fc from 'fast-check';

/** How many times as many runs as usual, of other values every time: `HOSTILE_RUNS=20 npx vitest run test/hostile`. */
const MULTIPLE = Math.max(1, Number(process.env.HOSTILE_RUNS) || 1);

/** By default always the same values: what is found by chance shall not keep somebody else's change from landing. */
const SEED = 20_260_301;

/** For a test that makes this many runs by default. */
export function runs(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return {
    numRuns: Math.ceil(usual * MULTIPLE),
    ...(process.env.HOSTILE_RUNS === undefined && { seed: SEED }),
  };
}

/** Of a test: its runs may be many. */
export const PATIENCE = { timeout: 60_000 * MULTIPLE };

/** Nothing that came in may have reached what every object inherits. Looked at after every run of every property. */
const INHERITED = [Object.prototype, Array.prototype, String.prototype, Function.prototype].map(
  (prototype) => ({ prototype, before: Reflect.ownKeys(prototype).length }),
);

export function expectNoPollution(): void {
  for (const { prototype, before } of INHERITED) {
    const now = Reflect.ownKeys(prototype);
    if (now.length !== before) throw new Error(`a prototype was changed: ${now.map(String).join(', ')}`);
  }
  if (Reflect.get({}, 'polluted') !== undefined) throw new Error('every object is polluted');
}

fc.configureGlobal({ afterEach: expectNoPollution });
