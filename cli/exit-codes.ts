/** How a command ended, for scripts. Each is documented in docs/cli.md, which a test compares with this list. */
export const EXIT_CODES = {
  fine: 0,
  /** A defect, or an answer that this version does not understand. */
  unexpected: 1,
  /** Arguments, files or the context are wrong: nothing was asked of anybody. */
  usage: 2,
  /** There is no such shoot, migration, reason or context. */
  notFound: 3,
  /** The migration, or the plan, is blocked: a human has to act. */
  blocked: 4,
  /** Somebody said no: the API, IAM, the garden, or who was asked for consent. */
  refused: 5,
  /** No answer: nothing listens there, an outage, or it took too long. */
  unreachable: 6,
  /** The audit found something as urgent as `--fail-on` says. */
  findings: 7,
  /** Ctrl-C. */
  interrupted: 130,
  /** Whoever read the output has gone. */
  pipeClosed: 141,
} as const;
export type Ending = keyof typeof EXIT_CODES;

/** What a command cannot go on from, in words for whoever typed it: what was done, to what, what came back, what to do next. */
export class CommandError extends Error {
  readonly ending: Ending;
  constructor(ending: Ending, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.ending = ending;
  }
}
