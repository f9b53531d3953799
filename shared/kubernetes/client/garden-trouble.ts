import { ClusterObjectMissing, ClusterRefused, NoAccess } from '../errors.ts';
import { GardenTrouble, type GardenTroubleReason } from '../garden-shoots.ts';
import { ANSWER_TOO_LARGE, wasAnswered } from './answers.ts';

/** By the status of the answer; what has none of these is told by its class. */
const BY_STATUS: readonly (readonly [status: number, reason: GardenTroubleReason])[] = [
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotServed'],
  [429, 'Busy'],
];

/** The error that {@link GardenShoots} promises, for one of the API server's adapter. */
export function gardenTrouble(error: unknown): GardenTrouble {
  if (error instanceof GardenTrouble) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new GardenTrouble(reasonOf(error), message, { cause: error });
}

function reasonOf(error: unknown): GardenTroubleReason {
  const [, byStatus] = BY_STATUS.find(([status]) => wasAnswered(error, status)) ?? [];
  if (byStatus !== undefined) return byStatus;
  if (error instanceof NoAccess) return 'NoAccess';
  if (error instanceof ClusterObjectMissing) return 'NotServed';
  if (error instanceof ClusterRefused) {
    return ['AnswerNotUnderstood', ANSWER_TOO_LARGE].includes(error.reason) ? 'NotUnderstood' : 'Refused';
  }
  return isGarbage(error) ? 'NotUnderstood' : 'Away';
}

/** What the client throws of a successful answer that is no JSON, or says it is something else (client-node's ObjectSerializer). */
function isGarbage(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof SyntaxError) return true;
  return cause instanceof Error && /ObjectSerializer|Cannot parse content/.test(cause.message);
}
