export type { AuditEvent, AuditedObject, AuditRule } from './audit.ts';
export type { Environment, FoundBinaries } from './binaries.ts';
export { findBinaries } from './binaries.ts';
export type { ControlPlane, ControlPlaneOptions, ServiceAccount } from './control-plane.ts';
export { startControlPlane } from './control-plane.ts';
export type { DialPod } from './pod-network.ts';
export { answeredBy } from './pod-network.ts';
