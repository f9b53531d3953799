import type { ShootExcerpt } from '../migration/shoot-excerpt.ts';

/** Which Shoot: a name may be given again, a UID is not. */
export interface ShootIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** As much of a Shoot as what is written back to it can be told from. */
export interface ReflectedShoot {
  /** A write that names it is refused once anybody else wrote. */
  readonly resourceVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** `status.constraints` as they stand, not yet understood: most of them are Gardener's own. */
  readonly constraints: readonly unknown[];
}

/**
 * The port to all Shoots of a garden: which there are, and what is written back to one of them. Every call throws
 * {@link GardenTrouble}, and nothing else, when the garden does not do as asked. Adapter: `client/garden-shoots.ts`.
 */
export interface GardenShoots {
  /**
   * Excerpts of all Shoots in these namespaces, of one moment per namespace. Read page by page, begun anew when a page is asked for
   * too late (410); never more than one page is held in full.
   */
  list(namespaces: readonly string[] | 'all'): Promise<readonly ShootExcerpt[]>;
  /** Undefined when it is gone, also when another has its name by now. */
  read(shoot: ShootIdentity): Promise<ReflectedShoot | undefined>;
  /**
   * Sets annotations, or with null takes them away, unless the Shoot was changed since it was read. Leaves all others alone. False
   * when it was changed, or is gone: nothing happened then, or the answer to a first try was lost.
   */
  annotate(
    shoot: ShootIdentity,
    resourceVersion: string,
    annotations: Readonly<Record<string, string | null>>,
  ): Promise<boolean>;
  /** Replaces `status.constraints` under the same condition. */
  setConstraints(
    shoot: ShootIdentity,
    resourceVersion: string,
    constraints: readonly unknown[],
  ): Promise<boolean>;
}

/** What is the matter with a garden, each in one sentence: whom to turn to differs. */
export const GARDEN_TROUBLES = {
  Unauthorized:
    'The garden does not know who asks: the token or certificate has ended, or is another garden’s.',
  Forbidden: 'The garden knows who asks, and does not allow it: a role or its binding is missing.',
  NotServed:
    'Nothing of that name is served there: the address is not a garden’s, or Shoots have another version.',
  Busy: 'The garden turned the request away because it has too much to do; it is asked again at the next minute.',
  Away: 'The garden gave no answer, or an error of its own; it is asked again at the next minute.',
  NotUnderstood:
    'The garden’s answer is not what a Kubernetes API server answers: something else listens at the address.',
  Refused: 'The garden understood the request and refused it for a reason of its own.',
  NoAccess: 'It is not known how to reach the garden: a setting is missing or wrong.',
  TooSlow:
    'The garden was not done within the time that is left to it; it is asked again at the next minute.',
} as const;
export type GardenTroubleReason = keyof typeof GARDEN_TROUBLES;

/** A garden that does not do as asked. Says what was asked and what came back. */
export class GardenTrouble extends Error {
  readonly reason: GardenTroubleReason;
  constructor(reason: GardenTroubleReason, message: string, options?: ErrorOptions) {
    super(`${message} [${reason}]`, options);
    this.name = 'GardenTrouble';
    this.reason = reason;
  }
}
