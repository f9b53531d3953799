/**
 * Makes an error that does not know where it was made. For what a simulated world answers or tries again thousands of
 * times: there the stack costs more than everything else, and says nothing that the message does not.
 */
export function withoutStack<Made extends Error>(make: () => Made): Made {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
