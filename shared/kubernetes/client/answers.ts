import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';
import { TooLarge } from '../../bounded-text.ts';
import { ClusterObjectMissing, ClusterRefused, ClusterUnavailable, NoAccess } from '../errors.ts';

/** The part of a `Status` object, which is what the API server answers instead of a result, that matters here. */
const statusSchema = z.object({
  reason: z.string().optional(),
  message: z.string().optional(),
  details: z.object({ causes: z.array(z.object({ message: z.string().optional() })).nullish() }).nullish(),
});

/** The reason of a {@link ClusterRefused} that nobody refused: what was answered is more than is read. */
export const ANSWER_TOO_LARGE = 'AnswerTooLarge';

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

/**
 * The error that the ports promise, for one that the client threw. `object` names what the call is about, when a 404
 * can only mean that it does not exist.
 */
export function clusterError(call: string, thrown: unknown, object?: string): Error {
  // The credentials for the call could not be had; that says already what was asked of whom.
  if (thrown instanceof NoAccess || thrown instanceof ClusterUnavailable) return thrown;
  if (thrown instanceof z.ZodError) {
    return new ClusterRefused(call, 'AnswerNotUnderstood', z.prettifyError(thrown), { cause: thrown });
  }
  // The same question has the same answer.
  if (thrown instanceof TooLarge) return new ClusterRefused(call, ANSWER_TOO_LARGE, thrown.message);
  if (!(thrown instanceof ApiException)) {
    return new ClusterUnavailable(call, whyNoAnswer(thrown), { cause: thrown });
  }
  const { reason, message } = statusIn(thrown.body);
  const text = message ?? `HTTP ${thrown.code}`;
  if (thrown.code === REQUEST_TIMEOUT || thrown.code === TOO_MANY_REQUESTS || thrown.code >= 500) {
    return new ClusterUnavailable(call, text, { cause: thrown });
  }
  if (thrown.code === 404 && object !== undefined) return new ClusterObjectMissing(object, { cause: thrown });
  return new ClusterRefused(call, reason ?? `HTTP ${thrown.code}`, text, { cause: thrown });
}

/** Whether the API server answered with this HTTP status. */
export function wasAnswered(error: unknown, code: number): boolean {
  return error instanceof Error && error.cause instanceof ApiException && error.cause.code === code;
}

/** What the API server said when it refused, causes included: `… violate the pod's disruption budget. The disruption budget web needs …` */
export function refusalIn(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  if (!(cause instanceof ApiException)) return String(error);
  const { message = `HTTP ${cause.code}`, details } = statusIn(cause.body);
  const causes = details?.causes?.flatMap((each) => each.message ?? []) ?? [];
  return [message, ...causes].join(' ');
}

/** The client hands over the body of an error as the text that came (local-components.md §7). */
function statusIn(body: unknown): z.output<typeof statusSchema> {
  if (typeof body !== 'string') return {};
  try {
    return statusSchema.parse(JSON.parse(body));
  } catch {
    return { message: body.slice(0, 200) };
  }
}

/** The message of a failed fetch is always "fetch failed"; what happened stands in its cause. */
function whyNoAnswer(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? `${thrown.message}: ${thrown.cause.message}` : thrown.message;
}
