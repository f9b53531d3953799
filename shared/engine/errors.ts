import { beginningOf } from '../secrets.ts';

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
/** An error may be its own cause. */
const MOST_CAUSES = 8;

/**
 * The text of any thrown value, with its causes, for history entries and logs; without secrets that an answer may have
 * quoted, and cut when it is very long. Never throws.
 */
export function describeError(error: unknown): string {
  const text = withCauses(error, MOST_CAUSES);
  const beginning = beginningOf(text, MOST_CHARACTERS);
  return text.length > MOST_CHARACTERS && beginning.length === MOST_CHARACTERS ? `${beginning}…` : beginning;
}

function withCauses(error: unknown, causesLeft: number): string {
  if (!(error instanceof Error)) return textOf(error);
  const toBeNamed = error.cause !== undefined && causesLeft > 0;
  const cause = toBeNamed ? ` (cause: ${withCauses(error.cause, causesLeft - 1)})` : '';
  // A step's verdict is a sentence for people; what class said it is of no use to them.
  const name = error instanceof TerminalError ? '' : `${error.name}: `;
  return `${name}${error.message}${cause}`;
}

/** Some values have no text: an object without a prototype, one whose `toString` throws. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `a thrown ${typeof value}`;
  }
}
