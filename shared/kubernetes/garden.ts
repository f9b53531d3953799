/**
 * The port to the garden cluster: what the migration asks Gardener to do for a shoot. Adapter: `client/garden.ts`.
 */
export interface Garden {
  /** The Shoot's manifest as the garden has it now; not yet understood. */
  shoot(): Promise<unknown>;
  state(): Promise<{
    /** A rollout of workers was asked for or is under way. */
    readonly workersRolling: boolean;
    /** A reconciliation was asked for or is under way. */
    readonly reconciling: boolean;
  }>;
  /** Annotates the Shoot with `gardener.cloud/operation=rollout-workers=*`. */
  rolloutWorkers(): Promise<void>;
  /** Annotates the Shoot with `gardener.cloud/operation=reconcile`. */
  reconcile(): Promise<void>;
}
