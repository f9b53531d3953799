export type { Access, ShootRights } from './access.ts';
export { eventually } from './eventually.ts';
export { requestsOf } from './second-run.ts';
export { type ClusterWorld, type ClusterWorldOptions, createClusterWorld } from './world.ts';
