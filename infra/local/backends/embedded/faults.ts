/** Disorder on purpose. (Duplicates need no fault: give `setPushEndpoints` two base URLs.) */
export interface DeliveryFaults {
  /** Holds each message back for a random time before its first delivery, so that messages overtake each other. */
  readonly delay?: {
    /** Uniform in [0, 1), seeded by the caller so that a run can be repeated. */
    readonly random: () => number;
    /** In the world's clock. */
    readonly maximumMilliseconds: number;
  };
}

/** Milliseconds of the world's clock to hold the next message back. */
export function faultDelay({ delay }: DeliveryFaults): number {
  return delay === undefined ? 0 : Math.floor(delay.random() * delay.maximumMilliseconds);
}
