/**
 * Errors named for what the engine does about them. Any other error that a step throws counts as worth a retry: the
 * message goes back to the bus, which backs off, and after its last attempt into the dead-letter topic.
 */

/** Nothing will change by trying again: the migration is blocked with this reason until a human acts. */
export class TerminalError extends Error {
  readonly reason: string;
  readonly remedy: string;
  constructor(reason: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TerminalError';
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** Thrown by the step `abort`: there is no way back from here. The migration goes on where it was; the history says why. */
export class AbortRefused extends Error {
  readonly reason: string;
  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AbortRefused';
    this.reason = reason;
  }
}

/** This run no longer holds the lease; it must stop at once and write nothing more. Another run goes on. */
export class LeaseLost extends Error {
  constructor(migrationId: string, fence: number) {
    super(`the lease of migration ${migrationId} with fencing token ${fence} is held by somebody else`);
    this.name = 'LeaseLost';
  }
}

/** The instance is being shut down or the run has used its time: stop at the next safe point. */
export class RunInterrupted extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'RunInterrupted';
  }
}

/** A service may answer with a whole web page; what does not fit into a document could not be put on record. */
const MOST_CHARACTERS = 2_000;

/** The text of any thrown value, with its causes, for history entries and logs; cut when it is very long. */
export function describeError(error: unknown): string {
  const text = withCauses(error);
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return cut.toWellFormed();
}

function withCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` (cause: ${withCauses(error.cause)})`;
  return `${error.name}: ${error.message}${cause}`;
}
