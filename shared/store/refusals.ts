import type { Timestamp } from '../clock.ts';
import { toFields } from '../frozen-json.ts';
import type { Who } from '../migration/history.ts';
import { beginningOf } from '../secrets.ts';
import type { Documents } from './documents.ts';
import { expiry } from './expiry.ts';

/**
 * The document `refusals/{id}`: a message that was acknowledged without effect, and why, so that nothing is ever lost
 * silently. Messages that belong to a migration are in its history instead.
 */
export interface Refusal {
  readonly at: Timestamp;
  /** Function that refused. */
  readonly receiver: string;
  readonly messageId: string;
  /** The operator who sent it, where the message says so. */
  readonly who?: Who | undefined;
  readonly reason: string;
  readonly message: string;
  /** The beginning of what came, for the one who looks into it; secrets that are recognised are taken out. */
  readonly excerpt: string;
}

const EXCERPT_CHARACTERS = 500;
/** What is wrong is said with what came, which may be as large as a message: more than a document holds. */
const MESSAGE_CHARACTERS = 2_000;

/** Records a refusal; the same message refused twice by the same function is one record, and goes when the last one is old. */
export async function recordRefusal(documents: Documents, refusal: Refusal): Promise<void> {
  const id = `${refusal.receiver}-${refusal.messageId}`.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 200);
  const excerpt = beginningOf(refusal.excerpt, EXCERPT_CHARACTERS);
  const message = beginningOf(refusal.message, MESSAGE_CHARACTERS);
  const fields = toFields({ ...refusal, message, excerpt, ...expiry('refusals', refusal.at) });
  await documents.commit([{ kind: 'put', path: `refusals/${id}`, fields }]);
}
