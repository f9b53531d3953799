export type { EmulatorConnections } from './connect.ts';
export { connectEmulators } from './connect.ts';
export type { FoundEmulators } from './find.ts';
export { findEmulators } from './find.ts';
export type { Emulators } from './start.ts';
export { startEmulators } from './start.ts';
export { clearTopology, createPushSubscription, createTopology } from './topology.ts';
