/**
 * What a step's run comes to. A normal wait is not an error and never looks like one; a block names what a human has
 * to do, and nothing moves until somebody did.
 */
export type Outcome =
  | {
      readonly kind: 'done';
      /** One sentence for the history. */
      readonly summary: string;
    }
  | {
      readonly kind: 'waiting';
      readonly reason: string;
      readonly message: string;
      /** Look again after this many seconds at the latest. */
      readonly lookAgainAfterSeconds: number;
      readonly progress?: Progress;
      /** Somebody's turn or an agreed time is waited for: however long that takes, nothing is wrong. */
      readonly patient?: true;
      /** Found before anything of the step was done: if this was its first run, it has not begun. */
      readonly nothingDone?: true;
    }
  | {
      readonly kind: 'blocked';
      readonly reason: string;
      readonly message: string;
      /** What a human must do before the step is published again. */
      readonly remedy: string;
    };

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What is counted, in the plural: `nodes dual-stack`. */
  readonly unit: string;
}

/**
 * What a step decides after looking: act, then look again; or come to an outcome. Actions of one decision are
 * independent of each other's results.
 */
export type Decision<Action> =
  | Outcome
  | {
      readonly kind: 'act';
      readonly action: Action;
      /**
       * Traffic depends on what follows: a run does not stop for a pause or an abort between this act and the next one. An
       * outcome ends that, apart from a short wait.
       */
      readonly noPauseAfter?: boolean;
    };

/** Reasons are constants, each with the one sentence that documents it. */
export type Reasons = Readonly<Record<string, string>>;
