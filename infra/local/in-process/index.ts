export { beginningOf } from './beginning.ts';
export type { Destiny, Fate, PortCall } from './port-calls.ts';
export { LOOK_MS } from './reachability.ts';
export { countedSince, type FunctionRun, RunLog, type StepSpan } from './run-log.ts';
export { type Surroundings, type SurroundingsOptions, startSurroundings } from './surroundings.ts';
export { settled, type VirtualClock, virtualClock } from './virtual-clock.ts';
export { createInProcessWorld, type InProcessOptions, type InProcessWorld } from './world.ts';
