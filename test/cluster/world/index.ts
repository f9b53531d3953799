export type { Access, ShootRights } from './access.ts';
export { eventually } from './eventually.ts';
export { describeMigration } from './migration-guarantees.ts';
export { changesAmong, requestsOf, runAgain } from './second-run.ts';
export { type ClusterWorld, type ClusterWorldOptions, createClusterWorld } from './world.ts';
