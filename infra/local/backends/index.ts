export type { BackendKind, BackendOptions, Backends } from './backends.ts';
export { startBackends } from './backends.ts';
export type { Connections } from './connect.ts';
export { connectFromEnvironment } from './connect.ts';
export type { DeliveryFaults } from './embedded/index.ts';
export type { FoundEmulators } from './emulators/index.ts';
export { findEmulators } from './emulators/index.ts';
export type { PushSetup, TopicSetup, Topology } from './topology.ts';
export { subscriptionName } from './topology.ts';
