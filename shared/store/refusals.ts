import type { Timestamp } from '../clock.ts';
import type { Documents } from './documents.ts';
import { toFields } from './migration-store.ts';

/**
 * The document `refusals/{id}`: a message that was acknowledged without effect, and why, so that nothing is ever lost
 * silently. Messages that belong to a migration are in its history instead.
 */
export interface Refusal {
  readonly at: Timestamp;
  /** Function that refused. */
  readonly receiver: string;
  readonly messageId: string;
  readonly reason: string;
  readonly message: string;
  /** The beginning of what came, for the one who looks into it. */
  readonly excerpt: string;
}

const EXCERPT_CHARACTERS = 500;
/** What is wrong is said with what came, which may be as large as a message: more than a document holds. */
const MESSAGE_CHARACTERS = 2_000;

/** Records a refusal; the same message refused twice by the same function is one record. */
export async function recordRefusal(documents: Documents, refusal: Refusal): Promise<void> {
  const id = `${refusal.receiver}-${refusal.messageId}`.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 200);
  const excerpt = refusal.excerpt.slice(0, EXCERPT_CHARACTERS).toWellFormed();
  const message = refusal.message.slice(0, MESSAGE_CHARACTERS).toWellFormed();
  await documents.commit([
    { kind: 'put', path: `refusals/${id}`, fields: toFields({ ...refusal, message, excerpt }) },
  ]);
}
