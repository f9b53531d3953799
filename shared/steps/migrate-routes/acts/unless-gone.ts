import { ResourceNotFound } from '../../../compute/errors.ts';

/** Whether the call found its instance; one that is gone by now needs nothing, and its pods went with it. */
export async function unlessGone(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFound) return false;
    throw error;
  }
}
