export { type ArmedFaults, armFaults } from './arm.ts';
export { EXCUSES, endingsAllowed, mayEnd } from './expected.ts';
export type { Crash, Fault, FaultKind } from './fault.ts';
export { KINDS, type RandomFaultsOptions, randomFaults } from './random.ts';
export { type Moment, nameOf, type Which } from './which.ts';
