/** The errors by which a port says that what was asked for does not exist. */
type Missing = new (...args: never[]) => Error;

/** What was read, or undefined when it does not exist; every other error is thrown on. */
export async function unlessMissing<Found>(
  found: Promise<Found>,
  missing: Missing,
): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof missing) return undefined;
    throw error;
  }
}
