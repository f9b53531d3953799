import { DeadlineExceeded } from '../deadline.ts';
import type { Version, Write } from './documents.ts';
import { DocumentExists, StaleDocument, StoreUnavailable } from './documents.ts';

// gRPC status codes.
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const FAILED_PRECONDITION = 9;
/** Deadline exceeded, resource exhausted, aborted, internal, unavailable. */
const WORTH_A_RETRY: readonly number[] = [4, 8, 10, 13, 14];

/** What a failed read is to the caller: StoreUnavailable, or an error that no retry helps. */
export function readError(error: unknown, what: string): Error {
  const message = `${what} failed: ${messageOf(error)}`;
  return isTemporary(error)
    ? new StoreUnavailable(message, { cause: error })
    : new Error(message, { cause: error });
}

/**
 * What a failed commit is to the caller. Firestore does not say which document of several failed its precondition;
 * `currentVersions` reads them to find out, and when all look right by now the first candidate is named.
 */
export async function commitError(
  error: unknown,
  writes: readonly Write[],
  currentVersions: () => Promise<ReadonlyMap<string, Version | undefined>>,
): Promise<Error> {
  const code = codeOf(error);
  const candidates = writes.filter((write) =>
    code === ALREADY_EXISTS
      ? write.kind === 'create'
      : (code === NOT_FOUND || code === FAILED_PRECONDITION) && expectedVersion(write) !== undefined,
  );
  const [first] = candidates;
  if (first === undefined) return readError(error, `writing ${writes.map(({ path }) => path).join(', ')}`);
  const culprit = candidates.length === 1 ? first : await culpritAmong(candidates, currentVersions);
  const { path } = culprit ?? first;
  return code === ALREADY_EXISTS
    ? new DocumentExists(path, { cause: error })
    : new StaleDocument(path, { cause: error });
}

async function culpritAmong(
  candidates: readonly Write[],
  currentVersions: () => Promise<ReadonlyMap<string, Version | undefined>>,
): Promise<Write | undefined> {
  try {
    const versions = await currentVersions();
    return candidates.find((write) => versions.get(write.path) !== expectedVersion(write));
  } catch {
    // The conflict is known; only its place is not. Failing to find the place must not hide the conflict.
    return undefined;
  }
}

/** A create expects that there is none. */
function expectedVersion(write: Write): Version | undefined {
  return write.kind === 'replace' || write.kind === 'delete' ? write.ifVersion : undefined;
}

function isTemporary(error: unknown): boolean {
  if (error instanceof DeadlineExceeded) return true;
  const code = codeOf(error);
  return code !== undefined && WORTH_A_RETRY.includes(code);
}

function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
