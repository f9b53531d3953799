/** Errors that nobody caught: in a function's process they would end it, whatever else it was doing. */
export interface StrayErrors {
  seen(): readonly unknown[];
  stop(): void;
}

/** Listens for them from now on, in place of Node's own answer, which is to end the process. */
export function strayErrors(): StrayErrors {
  const errors: unknown[] = [];
  const notice = (error: unknown) => {
    errors.push(error);
  };
  process.on('unhandledRejection', notice);
  process.on('uncaughtException', notice);
  return {
    seen: () => errors,
    stop: () => {
      process.off('unhandledRejection', notice);
      process.off('uncaughtException', notice);
    },
  };
}
