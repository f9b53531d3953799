import { AsyncLocalStorage } from 'node:async_hooks';

/** What a process is at with one message; known to everything that is called for it. */
export interface UnderWay {
  /** The fields of every log line that is written meanwhile. */
  logFields: Readonly<Record<string, unknown>> | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether a span of its own tells of the message already. */
  told: boolean;
}

const storage = new AsyncLocalStorage<UnderWay>();

export function whileUnderWay<Result>(underWay: UnderWay, work: () => Promise<Result>): Promise<Result> {
  return storage.run(underWay, work);
}

export function underWay(): UnderWay | undefined {
  return storage.getStore();
}

/**
 * Fields of the log line that is being written: trace, span and labels of the run that writes it, if one does. A new object each
 * time, since the logger adds the line's own fields to it.
 */
export function logFields(): object {
  return { ...storage.getStore()?.logFields };
}
