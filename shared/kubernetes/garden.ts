import type { Timestamp } from '../clock.ts';
import type { MissingRights } from './permission.ts';

/**
 * The port to the garden cluster: what the migration asks Gardener to do for a shoot. Adapter: `client/garden.ts`.
 */
export interface Garden {
  /** The Shoot's manifest as the garden has it now; not yet understood. */
  shoot(): Promise<unknown>;
  /** The manifest of a seed; undefined when there is none of that name. */
  seed(name: string): Promise<unknown>;
  state(): Promise<{
    /** A rollout of workers was asked for or is under way. */
    readonly workersRolling: boolean;
    /** A reconciliation, or anything else but a rollout, was asked for or is under way. */
    readonly reconciling: boolean;
    /**
     * What the last operation failed with; undefined when it did not. `forGood`: until somebody asks it to `retry`, Gardener takes
     * up no other operation; else it tries again by itself.
     */
    readonly failure?: { readonly forGood: boolean; readonly message: string } | undefined;
    /** When the last operation ended well; undefined while one is under way or when it failed. */
    readonly succeededAt?: Timestamp | undefined;
  }>;
  /**
   * Annotates the Shoot with `gardener.cloud/operation=rollout-workers=<pools>`. Nothing happens while any rollout is asked
   * for already. Gardener refuses unknown pools, pools that are updated in place and hibernated shoots.
   */
  rolloutWorkers(pools: readonly string[] | 'all'): Promise<void>;
  /** Annotates the Shoot with `gardener.cloud/operation=reconcile`. */
  reconcile(): Promise<void>;
  /** Which rights of the part `garden` are missing. Changes nothing. */
  missingRights(): Promise<MissingRights>;
}
